package htmlreport

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/reporttest"
)

// The estates below are made up but shaped like real ones: several providers,
// services of every delivery model, teams, and a line that differs by service.

type madeService struct {
	id, name, kind, kindTitle, provider, model, native string
	weight                                             int
	customerUpTo                                       string // the topmost row that is wholly the provider's
}

var madeServices = []madeService{
	{"aws/ec2", "Amazon EC2", "virtual-machine", "virtual machine", "aws", "iaas", "aws_instance", 8, "virtualization"},
	{"aws/eks", "Amazon EKS", "kubernetes-cluster", "Kubernetes cluster", "aws", "caas", "aws_eks_cluster", 2, "virtualization"},
	{"aws/ecs", "Amazon ECS on Fargate", "container-service", "container service", "aws", "caas", "aws_ecs_service", 4, "operating-system"},
	{"aws/rds", "Amazon RDS", "relational-database", "relational database", "aws", "paas", "aws_db_instance", 4, "instance"},
	{"aws/s3", "Amazon S3", "object-store", "object store", "aws", "paas", "aws_s3_bucket", 9, "operating-system"},
	{"aws/lambda", "AWS Lambda", "function", "function", "aws", "faas", "aws_lambda_function", 8, "platform"},
	{"aws/sqs", "Amazon SQS", "queue", "queue", "aws", "paas", "aws_sqs_queue", 4, "platform"},
	{"aws/iam", "AWS IAM", "role", "role", "aws", "paas", "aws_iam_role", 7, "platform"},
	{"azure/vm", "Azure Virtual Machines", "virtual-machine", "virtual machine", "azure", "iaas", "azurerm_linux_virtual_machine", 3, "virtualization"},
	{"azure/storage", "Azure Storage", "object-store", "object store", "azure", "paas", "azurerm_storage_account", 3, "operating-system"},
	{"google/gke", "Google Kubernetes Engine", "kubernetes-cluster", "Kubernetes cluster", "google", "caas", "google_container_cluster", 1, "virtualization"},
	{"google/bigquery", "BigQuery", "data-warehouse", "data warehouse", "google", "paas", "google_bigquery_dataset", 2, "platform"},
	{"github/repository", "GitHub", "repository", "repository", "github", "saas", "github_repository", 4, "application-code"},
}

var (
	madeTeams    = []string{"payments", "platform", "checkout", "data", "identity", ""}
	madeEnvs     = []string{"production", "production", "staging", "development", ""}
	madeAccounts = []string{"111122223333 (core)", "444455556666 (shop)", "777788889999 (data)"}
	madeWords    = []string{"orders", "invoice", "search", "ledger", "session", "catalog", "events", "mail", "audit", "media", "pricing", "risk", "export", "gateway"}
)

// always the customer's, whatever the model
var customerAlways = map[string]bool{
	"accounts.configure": true, "workload-identity.configure": true, "credentials.operate": true, "data.configure": true,
	"encryption-at-rest.configure": true, "keys.configure": true, "backup.configure": true, "backup.retain": true, "application-code.publish": true,
	"application-code.deploy": true, "dependencies.deploy": true, "secrets.configure": true, "pipeline.configure": true, "service-settings.configure": true,
	"network-policy.configure": true, "transport-encryption.configure": true, "availability.configure": true, "logging.configure": true,
	"logging.retain": true, "detection.operate": true, "incident-response.operate": true, "governance.attest": true, "container-image.deploy": true, "runtime.deploy": true,
}

// always the provider's, once the asset is in a cloud
var providerAlways = map[string]bool{
	"identity-service.operate": true, "encryption-at-rest.operate": true, "keys.operate": true, "backup.operate": true, "network-policy.operate": true,
	"transport-encryption.operate": true, "availability.operate": true, "logging.operate": true, "platform-incident.operate": true, "platform-assurance.attest": true,
	"guest-os.publish": true, "runtime.publish": true, "database-engine.publish": true, "orchestrator.publish": true, "orchestrator.operate": true,
}

var madeChecks = []struct{ id, title, severity, resp, row, attribute, message, why, fix string }{
	{"public-read", "The store can be read by everybody", "critical", "data.configure", "data", "policy", "The policy grants read access to everyone on the internet.", "What is public is copied within hours, and cannot be called back.", "Remove the statement that names * as principal, and switch the public access block on."},
	{"open-admin-port", "Administration is open to the internet", "critical", "network-policy.configure", "operating-system", "ingress[0].cidr_blocks", "Port 22 accepts connections from 0.0.0.0/0.", "Every exposed login is tried by machines all day long.", "Allow the bastion's network only, or use the provider's session service."},
	{"wildcard-role", "The role may do everything", "high", "workload-identity.configure", "application-access", "inline_policy", "The policy allows action * on resource *.", "Whoever takes over this workload takes over the account.", "List the actions the workload needs."},
	{"customer-key", "Data is encrypted with a shared key", "medium", "encryption-at-rest.configure", "data", "kms_key_id", "No customer key is set, so access to the key cannot be withdrawn.", "A key of your own lets you revoke access and see each use.", "Set a customer managed key."},
	{"tls-floor", "Old TLS versions are accepted", "medium", "transport-encryption.configure", "operating-system", "minimum_tls_version", "TLS 1.0 is still accepted.", "Old versions have known weaknesses.", "Require TLS 1.2 or newer."},
	{"imds-v1", "The metadata service answers without a token", "high", "instance.configure", "instance", "metadata_options.http_tokens", "http_tokens is optional.", "A forged request can read the machine's credentials.", "Set http_tokens to required."},
	{"access-log", "Access is not logged", "low", "logging.configure", "across", "logging", "No log destination is set.", "Without a log nobody can tell what was read.", "Send access logs to the audit account."},
	{"runtime-support", "The runtime is out of support", "high", "runtime.deploy", "platform", "runtime", "python3.9 receives no more fixes.", "Known holes stay open.", "Move to a supported runtime."},
	{"secret-in-env", "A secret stands in the environment", "critical", "secrets.configure", "application-code", "environment.variables", "DB_PASSWORD has a literal value.", "Everybody who can read the configuration has the secret.", "Keep it in the secret store and refer to it."},
	{"backup-retention", "Backups are kept for too short a time", "low", "backup.configure", "data", "backup_retention_period", "Retention is 1 day.", "A mistake found on Monday cannot be undone.", "Keep at least 14 days."},
}

// madeEstate makes n assets with about 25 duties and 10 findings each. The
// same n gives the same estate.
func madeEstate(n int) *report.Assessment {
	rnd := rand.New(rand.NewPCG(7, uint64(n)))
	rows := reporttest.Rows()
	rank := map[string]int{}
	for i, r := range rows {
		rank[r.ID] = i
	}
	var pool []madeService
	for _, s := range madeServices {
		for range s.weight {
			pool = append(pool, s)
		}
	}
	var assets []report.Asset
	var duties []report.Duty
	var findings []report.Finding
	for i := range n {
		s := pool[rnd.IntN(len(pool))]
		name := fmt.Sprintf("%s-%s-%d", madeWords[rnd.IntN(len(madeWords))], madeWords[rnd.IntN(len(madeWords))], i)
		address := fmt.Sprintf("module.%s.%s.%s", madeWords[i%len(madeWords)], s.native, strings.ReplaceAll(name, "-", "_"))
		file := fmt.Sprintf("infra/%s/%s.tf", madeWords[i%len(madeWords)], s.kind)
		at := estate.Location{File: file, Line: 3 + 17*(i%40), EndLine: 15 + 17*(i%40)}
		a := report.Asset{
			ID: "prod:" + address, Address: address, Addresses: []string{address, address + "_policy"}, Kind: s.kind, KindTitle: s.kindTitle,
			Provider: s.provider, Service: s.id, ServiceName: s.name, Model: s.model, NativeType: s.native, Name: name,
			Account: madeAccounts[rnd.IntN(3)], Region: "eu-central-1", Environment: madeEnvs[rnd.IntN(5)], Team: madeTeams[rnd.IntN(6)],
			Tags: map[string]string{"cost-centre": fmt.Sprint(100 + i%7), "owner": "x"}, Location: at, Facts: report.FactsOf(madeFacts(rnd, at, address)),
		}
		if i > 0 {
			a.Relations = append(a.Relations, report.Relation{Name: "reads_from", Asset: assets[rnd.IntN(i)].ID}, report.Relation{Name: "protected_by", Ref: "sg-0123"})
		}
		assets = append(assets, a)
		own := madeDuties(rnd, rows, rank, s, a)
		fs := madeFindings(rnd, a, own)
		duties, findings = append(duties, own...), append(findings, fs...)
	}
	slices.SortStableFunc(findings, func(x, y report.Finding) int {
		return slices.Index(report.Severities, x.Severity)*1000 + strings.Compare(x.Check, y.Check) - slices.Index(report.Severities, y.Severity)*1000
	})
	a := &report.Assessment{
		Tool: report.Tool{Name: "demarc", Version: "0.9.0"}, AssessedAt: "2026-11-23T22:19:36Z", Rows: rows,
		Sources: []report.Source{
			{Kind: "terraform", Path: "infra", Resources: n * 5 / 3, Gaps: []report.Gap{
				{Kind: "module", What: "module.vpc is not on this disk", Mend: "run terraform init in infra first", Location: estate.Location{File: "infra/network.tf", Line: 3}},
				{Kind: "variable", What: "var.replica_count has no value, so 3 resources could not be counted", Mend: "pass it with --var-file", Location: estate.Location{File: "infra/variables.tf", Line: 12}},
				{Kind: "syntax", What: "unexpected token at the end of a block", Location: estate.Location{File: "infra/legacy/main.tf", Line: 81}, Error: true},
			}},
			{Kind: "terraform-plan", Path: "plan.json", Resources: 41},
		},
		Uncovered:   []report.UncoveredType{{Type: "aws_braket_device", Count: 4, Addresses: []string{"aws_braket_device.lab[0]", "aws_braket_device.lab[1]"}}, {Type: "acme_widget", Count: 1, Addresses: []string{"acme_widget.only"}}},
		Limitations: []string{"Only configuration was read: what was changed by hand in the cloud is not seen.", "What runs inside machines and containers was not looked at."},
		Weakest:     madeWeakest(assets, findings),
	}
	return reporttest.Finish(a, assets, duties, findings)
}

func madeFacts(rnd *rand.Rand, at estate.Location, address string) map[string]report.Fact {
	fs := map[string]report.Fact{}
	for i, n := range []string{"encrypted_at_rest", "public_read", "min_tls", "customer_key", "access_logging", "deletion_protection", "backup_retention_days", "multi_zone", "versioning", "private_network", "os_patch_mode", "engine_version", "auto_minor_upgrade", "identity_auth", "ingress"} {
		f := report.Fact{How: "set", Attribute: n, Location: estate.Location{File: at.File, Line: at.Line + i}}
		switch rnd.IntN(7) {
		case 0:
			f = report.Fact{Unknown: "known only after apply", Attribute: n, Location: at}
		case 1:
			f.Value = []string{"10.0.0.0/8", "192.168.0.0/16"}
		case 2:
			f.Value, f.How = "TLS1.2", "default"
		case 3:
			f.Value, f.Address = 7, address+"_policy"
		default:
			f.Value = rnd.IntN(2) == 0
		}
		fs[n] = f
	}
	return fs
}

func madeDuties(rnd *rand.Rand, rows []report.Row, rank map[string]int, s madeService, a report.Asset) []report.Duty {
	var out []report.Duty
	for _, r := range rows {
		for _, resp := range r.Responsibilities {
			always := providerAlways[resp.ID] || customerAlways[resp.ID]
			if (strings.HasPrefix(resp.ID, "ai-") || strings.HasPrefix(resp.ID, "directory") || strings.HasPrefix(resp.ID, "endpoints")) || (!always && rnd.IntN(3) == 0) || rnd.IntN(6) == 0 {
				continue
			}
			d := report.Duty{Asset: a.ID, Responsibility: resp.ID, Row: r.ID, Basis: report.Basis{
				Rule: s.id + "#" + r.ID, Note: fmt.Sprintf("%s: %s is decided by the delivery model and by the settings named below.", s.name, resp.Title),
				Facts: []string{"os_patch_mode", "engine_version"}, VerifiedOn: "2026-09-01",
				Document: &report.Document{URL: "https://docs.example/" + s.id, Title: s.name + ": shared responsibility"},
			}}
			if rnd.IntN(6) == 0 {
				d.Basis.Document, d.Basis.Inferred, d.Basis.VerifiedOn = nil, true, ""
			}
			provider := rank[r.ID] >= rank[s.customerUpTo] && r.ID != "across"
			switch {
			case rnd.IntN(60) == 0 && r.ID != "facility" && r.ID != "hosts":
				d.Owner, d.Status, d.Possible = report.Unknown, report.Unverified, []string{"customer", s.provider}
			case customerAlways[resp.ID] || (!provider && !providerAlways[resp.ID]):
				d.Owner, d.Party, d.Team = report.Customer, "customer", a.Team
				d.Status = []string{report.Failing, report.Unverified, report.Unverified, report.Verified, report.Verified, report.Verified, report.Verified, report.Waived}[rnd.IntN(8)]
				if rank[r.ID] == 5 || a.Environment == "development" && d.Status == report.Failing {
					d.Status = report.Verified
				}
			default:
				d.Owner, d.Party, d.Status = report.Provider, s.provider, report.Assured
				if s.provider == "google" {
					d.Status = report.Lapsed
				}
				if s.provider == "github" || rank[r.ID] == 3 {
					d.Status = report.Unassured
				}
			}
			if s.id == "aws/lambda" && resp.ID == "runtime.deploy" {
				d.ChangesOn, d.ChangesTo = "2027-03-31", s.provider
			}
			if s.id == "aws/rds" && resp.ID == "database-engine-major.deploy" {
				d.ChangesOn, d.ChangesTo = "2027-02-28", s.provider
			}
			out = append(out, d)
		}
	}
	return out
}

func madeFindings(rnd *rand.Rand, a report.Asset, duties []report.Duty) []report.Finding {
	var out []report.Finding
	for i := range duties {
		d := &duties[i]
		if d.Owner != report.Customer {
			continue
		}
		for k, c := range madeChecks {
			bears := c.resp == d.Responsibility
			if !bears && rnd.IntN(20) != 0 {
				continue
			}
			f := report.Finding{
				Fingerprint: fmt.Sprintf("%016x%04x%04x", rnd.Uint64(), i, k), Check: c.id, Title: c.title, Severity: c.severity, Result: report.Pass,
				Asset: a.ID, Address: a.Address, Responsibility: d.Responsibility, Row: d.Row, Owner: d.Owner, Team: d.Team,
				Location:  estate.Location{File: a.Location.File, Line: a.Location.Line + k, EndLine: a.Location.Line + k + 2},
				Attribute: c.attribute, Message: c.message, Why: c.why, Remediation: c.fix,
				References: []string{"https://docs.example/" + c.id, "javascript:alert(1)"}, Controls: []string{"cis-aws-7.0.0 3.1.4", "iso-27001-2022 A.8.24"},
			}
			switch d.Status {
			case report.Failing:
				f.Result = report.Fail
			case report.Unverified:
				f.Result = report.ResultUnknown
				f.Message = "The value is known only after apply."
			case report.Waived:
				f.Result, f.Waiver = report.ResultWaived, &report.Waiver{By: "cto@shop.example", Reason: "replaced in Q1", Until: "2027-01-31", Source: "demarc.yaml"}
			}
			d.Basis.Evidence = append(d.Basis.Evidence, report.Evidence{Check: c.id, Result: f.Result})
			out = append(out, f)
		}
	}
	return out
}

func madeWeakest(assets []report.Asset, findings []report.Finding) []report.WeakestLink {
	var out []report.WeakestLink
	for i, f := range findings {
		if f.Result != report.Fail || i%5 != 0 || len(out) == 12 {
			continue
		}
		k := len(out)
		w := report.WeakestLink{
			Rank: k + 1, Score: 100 - float64(k)*7, Asset: f.Asset, Address: f.Address, Responsibility: f.Responsibility, Findings: []string{f.Fingerprint},
			Title: f.Title, Severity: f.Severity, Exposed: []string{"yes", "yes", "unknown", "no"}[k%4], Reaches: 23 - 2*k,
			Why: f.Message + " " + f.Why, Do: f.Remediation,
		}
		w.Reaches = max(w.Reaches, 0)
		if k%3 != 2 {
			w.Through = []string{f.Asset, assets[(k*7+3)%len(assets)].ID, assets[(k*13+1)%len(assets)].ID}
		}
		out = append(out, w)
	}
	return out
}
