package reporttest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// Nasty strings of a source that wishes the reader ill. They stand where a
// user's names, tags, messages and reasons stand in the sample.
const (
	NastyName    = "=HYPERLINK(\"http://evil.example\",\"x\")"
	NastyTag     = "<script>alert('tag')</script>"
	NastyEscape  = "\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://evil.example\x07link\x1b]8;;\x07"
	NastyMarkup  = "a | b `c` **d** <img src=x onerror=alert(1)> ]]> @everyone #1 ![x](http://evil.example/x.png)"
	NastyLines   = "one\r\ntwo\u2028three\x00\x08\x7f\u0085four"
	NastyBidi    = "access\u202Elevel\u2066 //\u2069"
	NastyInvalid = "broken \xff\xfe utf-8"
)

// Sample is an assessment with every status, result and kind of gap in it.
func Sample() *report.Assessment {
	assets := sampleAssets()
	duties := sampleDuties(assets)
	findings := sampleFindings(assets)
	evidence(duties, findings)
	a := &report.Assessment{
		Tool:       report.Tool{Name: "demarc", Version: "1.0.0-test"},
		AssessedAt: "2026-03-14T09:26:53Z",
		Sources: []report.Source{
			{Kind: "terraform", Path: "infra/prod", Resources: 31, Gaps: []report.Gap{
				{Kind: "module", What: "module.vpc comes from registry.terraform.io/acme/vpc/aws, which is not on this disk", Mend: "run `terraform init` in infra/prod first", Location: estate.Location{File: "infra/prod/network.tf", Line: 3, EndLine: 9}},
				{Kind: "variable", What: "var.db_password has no value here", Mend: "pass it with --var-file", Location: estate.Location{File: "infra/prod/variables.tf", Line: 12}},
				{Kind: "syntax", What: NastyEscape + " unexpected token", Location: estate.Location{File: "infra/prod/broken.tf", Line: 1}, Error: true},
			}},
			{Kind: "terraform-plan", Path: "plan.json", Resources: 7},
		},
		Rows: Rows(),
		Weakest: []report.WeakestLink{
			{
				Rank: 1, Score: 87.5, Asset: "prod:aws_instance.web", Address: "aws_instance.web", Responsibility: "network-policy.configure",
				Findings: []string{"f-network-open-web"}, Title: "SSH is open to the internet", Severity: "critical", Exposed: "yes", Reaches: 5,
				Through: []string{"prod:aws_instance.web", "prod:module.db.aws_db_instance.main"},
				Why:     "Anyone on the internet can try to log in to this machine, and its role can read the production database.",
				Do:      "Remove 0.0.0.0/0 from port 22 of aws_security_group.web and use Session Manager.",
			},
			{
				Rank: 2, Score: 41.25, Asset: "prod:aws_s3_bucket.logs", Address: "aws_s3_bucket.logs", Responsibility: "data.configure",
				Findings: []string{"f-public-read-logs"}, Title: "The bucket can be read by everybody", Severity: "high", Exposed: "yes", Reaches: 0,
				Why: "The bucket policy grants s3:GetObject to *.",
				Do:  "Set block_public_policy and restrict_public_buckets.",
			},
			{
				Rank: 3, Score: 12, Asset: "prod:azurerm_storage_account.share", Address: "azurerm_storage_account.share", Responsibility: "encryption-at-rest.configure",
				Findings: []string{}, Title: NastyMarkup, Severity: "medium", Exposed: "unknown", Reaches: 1,
				Why: "Whether the key is the customer's is " + NastyEscape + " not known before apply.",
				Do:  NastyLines,
			},
		},
		Imports: []report.Import{
			{
				Tool: "prowler", Findings: 4213, Passes: 1890, Customer: 2804, Provider: 97, Undecided: 12, Unplaced: 1300, Folded: 611, Elsewhere: 904, Waived: 35, LeftOut: 40,
				Teams: []report.ImportTeam{{Team: "payments", Findings: 1702}, {Team: "platform " + NastyMarkup, Findings: 802}},
				Unplaces: []report.Unplaced{
					{Why: "the catalogue knows no type AwsQuantumVault", Findings: 1288, Rules: []string{"quantum_vault_encrypted ×900", "quantum_vault_logging ×388"}},
					{Why: "what " + NastyMarkup + " is cannot be told", Findings: 12, Rules: []string{NastyMarkup}},
				},
			},
			{Tool: "trivy", Findings: 1, Customer: 1},
		},
		Uncovered: []report.UncoveredType{
			{Type: "aws_quantum_vault", Count: 3, Addresses: []string{"aws_quantum_vault.a", "aws_quantum_vault.b"}},
			{Type: "acme_widget", Count: 1, Addresses: []string{"acme_widget.only[\"" + NastyMarkup + "\"]"}},
		},
		Checks:     sampleChecks(),
		Summary:    report.Summary{Ignored: 4},
		Frameworks: []string{"cis-aws-7.0.0"},
		Limitations: []string{
			"Only configuration was read: what was changed by hand in the cloud is not seen.",
			"What runs inside the machines was not looked at.",
		},
	}
	return Finish(a, assets, duties, findings)
}

func sampleAssets() []report.Asset {
	at := func(file string, line, end int) estate.Location {
		return estate.Location{File: file, Line: line, EndLine: end}
	}
	assets := []report.Asset{
		{
			Address: "aws_s3_bucket.logs", Kind: "object-store", KindTitle: "Object store", Provider: "aws", Service: "aws/s3", ServiceName: "Amazon S3", Model: "paas",
			NativeType: "aws_s3_bucket", Name: "große-daten-日本語", Account: "111122223333", Region: "eu-central-1", Environment: "production", Team: "data-platform",
			Addresses: []string{"aws_s3_bucket.logs", "aws_s3_bucket_policy.logs", "aws_s3_bucket_versioning.logs"},
			Tags:      map[string]string{"env": "production", "owner": "Zoë & Łukasz", "note": NastyTag},
			Location:  at("infra/prod/storage.tf", 4, 11),
			Facts: report.FactsOf(map[string]report.Fact{
				"encrypted_at_rest": {Value: true, How: "constant"},
				"public_read":       {Value: true, How: "derived", Attribute: "policy", Address: "aws_s3_bucket_policy.logs", Location: at("infra/prod/storage.tf", 17, 17)},
				"versioning":        {Value: false, How: "set", Attribute: "versioning_configuration.status", Address: "aws_s3_bucket_versioning.logs", Location: at("infra/prod/storage.tf", 24, 24)},
				"lifecycle_days":    {Value: int64(9007199254740993), How: "set", Attribute: "rule.expiration.days", Location: at("infra/prod/storage.tf", 9, 9)},
				"allowed_origins":   {Value: []string{}, How: "default"},
				"name_prefix":       {Value: "", How: "default"},
			}),
		},
		{
			Address: "module.db.aws_db_instance.main", Kind: "relational-database", KindTitle: "Relational database", Provider: "aws", Service: "aws/rds", ServiceName: "Amazon RDS", Model: "paas",
			NativeType: "aws_db_instance", Name: "orders", Account: "111122223333", Region: "eu-central-1", Environment: "production", Team: "orders",
			Location: at("modules/db/main.tf", 20, 48), Calls: []estate.Location{at("infra/prod/main.tf", 31, 36)},
			Facts: report.FactsOf(map[string]report.Fact{
				"engine":                {Value: "custom-oracle-ee", How: "set", Attribute: "engine", Location: at("modules/db/main.tf", 22, 22)},
				"encrypted_at_rest":     {Unknown: "var.encrypt has no value before apply", Attribute: "storage_encrypted", Location: at("modules/db/main.tf", 30, 30)},
				"backup_retention_days": {Value: 7, How: "set", Attribute: "backup_retention_period", Location: at("modules/db/main.tf", 33, 33)},
				"os_access":             {Value: true, How: "derived"},
			}),
			Relations: []report.Relation{{Name: "encrypted_with", Asset: "prod:aws_kms_key.main", Ref: "aws_kms_key.main.arn"}, {Name: "in_network", Ref: "module.vpc.private_subnets"}},
		},
		{
			Address: "aws_instance.web", Kind: "virtual-machine", KindTitle: "Virtual machine", Provider: "aws", Service: "aws/ec2", ServiceName: "Amazon EC2", Model: "iaas",
			NativeType: "aws_instance", Name: "web", Account: "111122223333", Region: "eu-central-1", Environment: "production", Team: "web",
			Location: at("infra/prod/web.tf", 1, 19),
			Facts: report.FactsOf(map[string]report.Fact{
				"imdsv2_required": {Value: false, How: "default", Attribute: "metadata_options.http_tokens", Location: at("infra/prod/web.tf", 1, 1)},
				"open_ports":      {Value: []any{int64(22), int64(443)}, How: "derived", Address: "aws_security_group.web", Location: at("infra/prod/web.tf", 25, 25)},
			}),
			Relations: []report.Relation{{Name: "reaches", Asset: "prod:module.db.aws_db_instance.main"}},
		},
		{
			Address: "aws_eks_cluster.this", Kind: "kubernetes-cluster", KindTitle: "Kubernetes cluster", Provider: "aws", Service: "aws/eks", ServiceName: "Amazon EKS", Model: "caas",
			NativeType: "aws_eks_cluster", Name: "prod", Account: "111122223333", Region: "eu-central-1", Environment: "production", Team: "platform",
			Location: at("infra/prod/eks.tf", 1, 30),
			Facts: report.FactsOf(map[string]report.Fact{
				"version":         {Value: "1.31", How: "set", Attribute: "version", Location: at("infra/prod/eks.tf", 4, 4)},
				"public_endpoint": {Value: true, How: "default", Attribute: "vpc_config.endpoint_public_access", Location: at("infra/prod/eks.tf", 1, 1)},
			}),
		},
		{
			Address: "aws_lambda_function.report[\"a=b\"]", Kind: "function", KindTitle: "Function", Provider: "aws", Service: "aws/lambda", ServiceName: "AWS Lambda", Model: "faas",
			NativeType: "aws_lambda_function", Name: NastyName, Account: "111122223333", Region: "eu-central-1", Environment: "staging", Team: "data-platform",
			Location: at("infra/stage dir/fn#1.tf", 8, 20),
			Facts: report.FactsOf(map[string]report.Fact{
				"runtime": {Value: "python3.9", How: "set", Attribute: "runtime", Location: at("infra/stage dir/fn#1.tf", 11, 11)},
			}),
		},
		{
			Address: "aws_sqs_queue.jobs", Kind: "queue", KindTitle: "Queue", Provider: "aws", Service: "aws/sqs", ServiceName: "Amazon SQS", Model: "paas",
			NativeType: "aws_sqs_queue", Name: "jobs", Account: "111122223333", Region: "eu-central-1", Environment: "production", Team: "orders",
			Location: at("infra/prod/queue.tf", 1, 6),
			Facts:    report.FactsOf(map[string]report.Fact{"encrypted_at_rest": {Value: true, How: "default"}}),
		},
		{
			Address: "aws_iam_user.ci", Kind: "identity", KindTitle: "Identity", Provider: "aws", Service: "aws/iam", ServiceName: "AWS IAM", Model: "saas",
			NativeType: "aws_iam_user", Name: "@ci", Account: "111122223333", Environment: "production",
			Location: at("infra/prod/iam.tf", 2, 5),
			Facts:    report.FactsOf(map[string]report.Fact{"admin": {Value: true, How: "derived", Attribute: "policy_arn", Address: "aws_iam_user_policy_attachment.ci", Location: at("infra/prod/iam.tf", 9, 9)}}),
		},
		{
			Address: "aws_kms_key.main", Kind: "key", KindTitle: "Encryption key", Provider: "aws", Service: "aws/kms", ServiceName: "AWS KMS", Model: "paas",
			NativeType: "aws_kms_key", Name: NastyBidi, Account: "111122223333", Region: "eu-central-1", Environment: "production", Team: "platform",
			Location: at("infra/prod/kms.tf", 1, 9),
			Facts:    report.FactsOf(map[string]report.Fact{"rotation": {Value: true, How: "set", Attribute: "enable_key_rotation", Location: at("infra/prod/kms.tf", 3, 3)}}),
		},
		{
			Address: "azurerm_storage_account.share", Kind: "object-store", KindTitle: "Object store", Provider: "azure", Service: "azure/storage", ServiceName: "Azure Storage", Model: "paas",
			NativeType: "azurerm_storage_account", Name: NastyMarkup, Account: "sub-0001", Region: "westeurope", Environment: "staging",
			Location: at("infra/azure/main.tf", 3, 12),
			Facts: report.FactsOf(map[string]report.Fact{
				"min_tls":           {Value: "1.0", How: "set", Attribute: "min_tls_version", Location: at("infra/azure/main.tf", 7, 7)},
				"encrypted_at_rest": {Value: true, How: "constant"},
				"customer_key":      {Unknown: "known only after apply"},
			}),
		},
		{
			Address: "github_organization_settings.acme", Kind: "tenant", KindTitle: "SaaS tenant", Provider: "github", Service: "github/organization", ServiceName: "GitHub", Model: "saas",
			NativeType: "github_organization_settings", Name: "acme", Location: at("infra/github/org.tf", 1, 1), Elsewhere: true,
			Facts: report.FactsOf(map[string]report.Fact{"mfa_required": {Unknown: "no source says"}}),
		},
		{
			Address: "google_sql_database_instance.eu", Kind: "relational-database", KindTitle: "Relational database", Provider: "google", Service: "google/sql", ServiceName: "Cloud SQL", Model: "paas",
			NativeType: "google_sql_database_instance", Name: "eu", Account: "acme-eu", Region: "europe-west3", Environment: "production", Team: "orders",
			Location: at("infra/gcp/sql.tf", 1, 22),
			Facts:    report.FactsOf(map[string]report.Fact{"backup_enabled": {Value: true, How: "set", Attribute: "settings.backup_configuration.enabled", Location: at("infra/gcp/sql.tf", 9, 9)}}),
		},
		{
			Address: "vsphere_virtual_machine.erp", Kind: "virtual-machine", KindTitle: "Virtual machine", Provider: "vmware", Service: "vmware/vsphere", ServiceName: "vSphere", Model: "on-premises",
			NativeType: "vsphere_virtual_machine", Name: "erp", Environment: "production", Team: "erp",
			Location: estate.Location{File: "infra/dc/erp.tf"},
			Facts:    report.FactsOf(map[string]report.Fact{}),
		},
	}
	for i := range assets {
		assets[i].ID = "prod:" + assets[i].Address
		if assets[i].Addresses == nil {
			assets[i].Addresses = []string{assets[i].Address}
		}
	}
	slices.SortFunc(assets, func(x, y report.Asset) int { return cmp.Compare(x.ID, y.ID) })
	return assets
}

// sampleDuties are listed as asset, responsibility, who owns it, its status.
// A further word is what makes it special.
func sampleDuties(assets []report.Asset) []report.Duty {
	const (
		c, p, u = report.Customer, report.Provider, report.Unknown
		fail    = report.Failing
		open    = report.Unverified
		waived  = report.Waived
		ok      = report.Verified
		assured = report.Assured
		lapsed  = report.Lapsed
		bare    = report.Unassured
	)
	type line struct{ asset, responsibility, owner, status, more string }
	lines := []line{
		{"aws_eks_cluster.this", "workload-identity.configure", c, open, ""},
		{"aws_eks_cluster.this", "orchestrator.operate", p, assured, ""},
		{"aws_eks_cluster.this", "orchestrator.deploy", c, ok, "changes"},
		{"aws_eks_cluster.this", "network-policy.configure", c, fail, ""},
		{"aws_eks_cluster.this", "hypervisor.operate", p, assured, ""},
		{"aws_eks_cluster.this", "hosts.operate", p, assured, ""},
		{"aws_eks_cluster.this", "facility.operate", p, assured, ""},
		{"aws_eks_cluster.this", "logging.configure", c, fail, ""},

		{"aws_iam_user.ci", "accounts.configure", c, fail, ""},
		{"aws_iam_user.ci", "credentials.operate", c, open, ""},
		{"aws_iam_user.ci", "control-plane.operate", p, assured, ""},

		{"aws_instance.web", "workload-identity.configure", c, ok, ""},
		{"aws_instance.web", "application-code.publish", c, open, ""},
		{"aws_instance.web", "guest-os.publish", c, open, "vendor"},
		{"aws_instance.web", "guest-os.deploy", c, open, ""},
		{"aws_instance.web", "network-policy.configure", c, fail, ""},
		{"aws_instance.web", "instance.configure", c, fail, ""},
		{"aws_instance.web", "availability.configure", c, waived, ""},
		{"aws_instance.web", "hypervisor.operate", p, assured, ""},
		{"aws_instance.web", "hosts.operate", p, assured, ""},
		{"aws_instance.web", "network-fabric.operate", p, assured, ""},
		{"aws_instance.web", "facility.operate", p, assured, ""},

		{"aws_kms_key.main", "keys.configure", c, ok, ""},
		{"aws_kms_key.main", "control-plane.operate", p, lapsed, ""},

		{"aws_lambda_function.report[\"a=b\"]", "application-code.publish", c, open, ""},
		{"aws_lambda_function.report[\"a=b\"]", "dependencies.deploy", c, open, ""},
		{"aws_lambda_function.report[\"a=b\"]", "secrets.configure", c, waived, ""},
		{"aws_lambda_function.report[\"a=b\"]", "runtime.publish", p, assured, "changes"},
		{"aws_lambda_function.report[\"a=b\"]", "runtime.deploy", p, assured, "changes"},
		{"aws_lambda_function.report[\"a=b\"]", "guest-os.deploy", p, assured, ""},
		{"aws_lambda_function.report[\"a=b\"]", "hypervisor.operate", p, assured, ""},

		{"aws_s3_bucket.logs", "data.configure", c, fail, ""},
		{"aws_s3_bucket.logs", "encryption-at-rest.operate", p, assured, ""},
		{"aws_s3_bucket.logs", "encryption-at-rest.configure", p, assured, ""},
		{"aws_s3_bucket.logs", "backup.configure", c, fail, ""},
		{"aws_s3_bucket.logs", "backup.retain", c, open, ""},
		{"aws_s3_bucket.logs", "transport-encryption.configure", c, ok, ""},
		{"aws_s3_bucket.logs", "hosts.operate", p, assured, ""},
		{"aws_s3_bucket.logs", "facility.operate", p, assured, ""},
		{"aws_s3_bucket.logs", "logging.configure", c, ok, ""},

		{"aws_sqs_queue.jobs", "encryption-at-rest.configure", c, ok, ""},
		{"aws_sqs_queue.jobs", "control-plane.operate", p, assured, ""},

		{"azurerm_storage_account.share", "data.configure", c, ok, ""},
		{"azurerm_storage_account.share", "encryption-at-rest.configure", c, open, ""},
		{"azurerm_storage_account.share", "transport-encryption.configure", c, fail, ""},
		{"azurerm_storage_account.share", "hosts.operate", p, bare, ""},
		{"azurerm_storage_account.share", "facility.operate", p, bare, ""},

		{"github_organization_settings.acme", "accounts.configure", c, open, ""},
		{"github_organization_settings.acme", "platform-incident.operate", p, bare, "party"},

		{"google_sql_database_instance.eu", "backup.operate", p, assured, ""},
		{"google_sql_database_instance.eu", "backup.configure", c, ok, ""},
		{"google_sql_database_instance.eu", "database-engine.publish", p, assured, ""},
		{"google_sql_database_instance.eu", "guest-os.deploy", p, assured, ""},

		{"module.db.aws_db_instance.main", "encryption-at-rest.configure", c, open, ""},
		{"module.db.aws_db_instance.main", "backup.configure", c, ok, ""},
		{"module.db.aws_db_instance.main", "database-engine.deploy", c, open, "custom"},
		{"module.db.aws_db_instance.main", "guest-os.deploy", u, open, "possible"},
		{"module.db.aws_db_instance.main", "hosts.operate", p, assured, ""},

		{"vsphere_virtual_machine.erp", "guest-os.deploy", c, open, ""},
		{"vsphere_virtual_machine.erp", "hypervisor.operate", c, open, ""},
		{"vsphere_virtual_machine.erp", "hosts.operate", c, open, ""},
		{"vsphere_virtual_machine.erp", "facility.operate", c, open, ""},
	}
	byAddress := map[string]report.Asset{}
	for _, a := range assets {
		byAddress[a.Address] = a
	}
	var out []report.Duty
	for _, l := range lines {
		a, ok := byAddress[l.asset]
		if !ok {
			panic("reporttest: no asset " + l.asset)
		}
		d := report.Duty{
			Asset: a.ID, Responsibility: l.responsibility, Row: rowOf(l.responsibility),
			Owner: l.owner, Status: l.status,
			Basis: report.Basis{
				Rule:       a.Service,
				VerifiedOn: "2026-02-01",
				Document:   &report.Document{URL: "https://docs.example/" + a.Service + "/shared-responsibility", Title: a.ServiceName + ": shared responsibility"},
			},
		}
		switch l.owner {
		case p:
			d.Party = a.Provider
		case c:
			d.Party, d.Team = "customer", a.Team
		}
		special(&d, l.more)
		out = append(out, d)
	}
	return out
}

func special(d *report.Duty, what string) {
	switch what {
	case "changes":
		d.ChangesOn, d.ChangesTo = "2026-10-01", report.Customer
		if d.Owner == report.Customer {
			d.ChangesOn, d.ChangesTo = "2028-01-01", report.Provider
		}
		d.Basis.Facts = []string{"runtime"}
		d.Basis.Note = "The provider stops publishing fixes for this version on that day."
	case "vendor":
		d.Basis.Document, d.Basis.Inferred = nil, true
		d.Basis.Rule = "models#iaas"
	case "custom":
		d.Basis.Rule = "aws/rds#custom"
		d.Basis.Facts = []string{"engine", "os_access"}
		d.Basis.Note = "RDS Custom hands the operating system and the database software to the customer."
	case "possible":
		d.Possible = []string{report.Customer, report.Provider}
		d.Basis.Facts = []string{"engine", "encrypted_at_rest"}
		d.Basis.Note = "Depends on a fact that is not known before apply."
	case "party":
		d.Party = "microsoft"
		d.Basis.Document, d.Basis.Inferred = nil, true
	}
}

func sampleChecks() []report.Check {
	return []report.Check{
		{ID: "admin-user", Title: "No user has administrator rights", Severity: "critical", Responsibility: "accounts.configure", Why: "Whoever has the user's key owns the account.", Remediation: "Use a role with only the permissions needed.", References: []string{"https://docs.example/iam/best-practices"}, Controls: []string{"cis-aws-7.0.0 1.16"}},
		{ID: "backup-versioned", Title: "Earlier versions are kept", Severity: "medium", Responsibility: "backup.configure", Why: "A deleted object is gone without them.", Remediation: "Switch versioning on."},
		{ID: "deletion-protection", Title: "Deletion is protected", Severity: "low", Responsibility: "availability.configure", Why: "One wrong apply removes it.", Remediation: "Set the protection."},
		{ID: "encryption-at-rest", Title: "Data is encrypted at rest", Severity: "high", Responsibility: "encryption-at-rest.configure", Why: "Media and snapshots leave the building.", Remediation: "Switch encryption on.", Controls: []string{"cis-aws-7.0.0 3.1.4", "cis-aws-7.0.0 2.2.1"}},
		{ID: "imdsv2", Title: "The metadata service asks for a session token", Severity: "medium", Responsibility: "instance.configure", Why: "A forged request must not read the role's credentials.", Remediation: "Set http_tokens to required."},
		{ID: "logging-enabled", Title: "Audit logs are kept", Severity: "medium", Responsibility: "logging.configure", Why: "Without them nobody can say what happened.", Remediation: "Enable all log types."},
		{ID: "network-open", Title: "Administration is not open to the internet", Severity: "critical", Responsibility: "network-policy.configure", Why: "Anyone may try.", Remediation: "Restrict the source addresses."},
		{ID: "patching", Title: "Fixes are applied", Severity: "high", Responsibility: "guest-os.deploy", Why: "Known holes are used within days.", Remediation: "Switch automatic patching on."},
		{ID: "public-read", Title: "The store cannot be read by everybody", Severity: "high", Responsibility: "data.configure", Why: "What is public stays public.", Remediation: "Block public access.", References: []string{"https://docs.example/s3/block-public-access"}},
		{ID: "secret-in-environment", Title: "No secret stands in the environment", Severity: "critical", Responsibility: "secrets.configure", Why: "Everybody who may read the configuration may read it.", Remediation: "Keep it in a secret store."},
		{ID: "tls-floor", Title: "Only current TLS is spoken", Severity: "medium", Responsibility: "transport-encryption.configure", Why: NastyMarkup, Remediation: "Ask for TLS 1.2 at least."},
	}
}

func sampleFindings(assets []report.Asset) []report.Finding {
	byAddress := map[string]report.Asset{}
	for _, a := range assets {
		byAddress[a.Address] = a
	}
	checks := map[string]report.Check{}
	for _, c := range sampleChecks() {
		checks[c.ID] = c
	}
	lambda := "aws_lambda_function.report[\"a=b\"]"
	type line struct {
		check, asset, result, fact, message string
		more                                func(*report.Finding)
	}
	lines := []line{
		{"admin-user", "aws_iam_user.ci", report.Fail, "admin", "The user has AdministratorAccess.", nil},
		{"network-open", "aws_instance.web", report.Fail, "open_ports", "Port 22 is open to 0.0.0.0/0.", func(f *report.Finding) {
			f.Fingerprint = "f-network-open-web"
			f.Aliases = []string{"aws-ec2-ssh-open"}
		}},
		{"network-open", "aws_eks_cluster.this", report.Fail, "public_endpoint", "The API server answers the internet.", func(f *report.Finding) {
			f.Severity = "high"
			f.Baseline = true
		}},
		{"secret-in-environment", lambda, report.ResultWaived, "", "An environment variable looks like an access key.", func(f *report.Finding) {
			f.Waiver = &report.Waiver{By: "anna@acme.example", Reason: "A test key, worthless since 2024 " + NastyMarkup, Until: "2026-12-31", Source: "demarc.yaml"}
		}},
		{"public-read", "aws_s3_bucket.logs", report.Fail, "public_read", "The bucket policy grants s3:GetObject to *.", func(f *report.Finding) { f.Fingerprint = "f-public-read-logs" }},
		{"public-read", "azurerm_storage_account.share", report.Pass, "", "Public access is off.", nil},
		{"encryption-at-rest", "aws_s3_bucket.logs", report.ProviderOwned, "encrypted_at_rest", "Amazon S3 always encrypts: the duty is the provider's.", nil},
		{"encryption-at-rest", "aws_sqs_queue.jobs", report.Pass, "encrypted_at_rest", "Encrypted with the service's key.", nil},
		{"encryption-at-rest", "module.db.aws_db_instance.main", report.ResultUnknown, "encrypted_at_rest", "Not known: var.encrypt has no value before apply.", nil},
		{"encryption-at-rest", "azurerm_storage_account.share", report.ResultUnknown, "customer_key", "Not known: known only after apply.", nil},
		{"patching", lambda, report.ProviderOwned, "", "AWS Lambda patches its machines itself.", nil},
		{"patching", "aws_instance.web", report.ResultUnknown, "", "No source says how the machine is patched.", nil},
		{"patching", "google_sql_database_instance.eu", report.ProviderOwned, "", "Cloud SQL patches its machines itself.", nil},
		{"imdsv2", "aws_instance.web", report.Fail, "imdsv2_required", "http_tokens is optional (the provider's default).", func(f *report.Finding) {
			f.Waiver = &report.Waiver{By: "bob", Reason: "old agent", Until: "2026-01-31", Source: "comment demarc:waive", Expired: true}
		}},
		{"tls-floor", "azurerm_storage_account.share", report.Fail, "min_tls", "TLS 1.0 is accepted. " + NastyLines + NastyEscape + NastyInvalid, nil},
		{"tls-floor", "aws_s3_bucket.logs", report.Pass, "", "The policy denies plain HTTP.", nil},
		{"logging-enabled", "aws_eks_cluster.this", report.Fail, "", "No log type is enabled.", nil},
		{"logging-enabled", "aws_s3_bucket.logs", report.Pass, "", "Access logs go to aws_s3_bucket.audit.", nil},
		{"backup-versioned", "aws_s3_bucket.logs", report.Fail, "versioning", "Versioning is suspended.", nil},
		{"backup-versioned", "google_sql_database_instance.eu", report.NotApplicable, "", "Only stores of objects have versions.", nil},
		{"deletion-protection", "aws_instance.web", report.ResultWaived, "", "Termination protection is off.", func(f *report.Finding) {
			f.Waiver = &report.Waiver{Source: "comment checkov:skip"}
		}},
	}
	var out []report.Finding
	for _, l := range lines {
		a, ok := byAddress[l.asset]
		if !ok {
			panic("reporttest: no asset " + l.asset)
		}
		c := checks[l.check]
		f := report.Finding{
			Fingerprint: fmt.Sprintf("f-%s-%s", l.check, a.NativeType), Check: c.ID, Title: c.Title, Severity: c.Severity,
			Result: l.result, Asset: a.ID, Address: a.Address, Responsibility: c.Responsibility, Row: rowOf(c.Responsibility),
			Owner: report.Customer, Team: a.Team, Location: a.Location, Message: l.message, Why: c.Why,
			Remediation: c.Remediation, References: c.References, Controls: c.Controls,
		}
		if l.result == report.ProviderOwned {
			f.Owner, f.Team = report.Provider, ""
		}
		if fact, ok := a.Facts.Get(l.fact); ok {
			f.Attribute = fact.Attribute
			if fact.Location.File != "" {
				f.Location = fact.Location
			}
		}
		if l.more != nil {
			l.more(&f)
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(x, y report.Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(report.Severities, x.Severity), slices.Index(report.Severities, y.Severity)),
			cmp.Compare(x.Check, y.Check), cmp.Compare(x.Asset, y.Asset))
	})
	return out
}

// evidence gives every duty the results of the checks that bear on it.
func evidence(duties []report.Duty, findings []report.Finding) {
	for i, d := range duties {
		for _, f := range findings {
			if f.Asset == d.Asset && f.Responsibility == d.Responsibility {
				duties[i].Basis.Evidence = append(duties[i].Basis.Evidence, report.Evidence{Check: f.Check, Result: f.Result})
			}
		}
	}
}
