package assess

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/terraform"
	"github.com/demarc-sec/demarc/internal/waive"
)

const examples = "../../examples"

// assessExamples assesses the examples as the command line does, on the
// day the tests live on.
func assessExamples(t *testing.T) *report.Assessment {
	t.Helper()
	e, err := NewEngine(EngineOptions{Today: testDay}) // of its own: the configuration adds parties
	if e == nil {
		t.Fatal(err) // mistakes in the data fail TestData
	}
	cfg, err := config.Load(examples + "/" + config.Name)
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Validate(e.Catalogue, e.Checks); err != nil {
		t.Fatal(err)
	}
	cfg.AddParties(e.Catalogue)
	w := &waive.Waivers{Config: cfg, Today: testDay}
	res, err := e.Run(t.Context(), Options{
		Paths: []string{examples}, Overrides: cfg.Overrides(e.Catalogue), TeamOf: cfg.TeamOf, Declared: cfg.DeclaredResources(e.Catalogue), Adjust: cfg.Apply, Waive: w.For,
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.Assessment(report.Tool{}, testDay)
}

// lines are the places in the examples where the line of responsibility lies
// somewhere in particular, and who is on which side of it.
var lines = []struct{ asset, responsibility, owner string }{
	// The same database four times.
	{`shop:module.orders.aws_db_instance.this`, "guest-os.deploy", "provider"},
	{`shop:module.orders.aws_db_instance.this`, "database-engine.deploy", "provider"},
	{`shop:module.orders.aws_db_instance.this`, "database-engine-major.deploy", "customer"},
	{`shop:aws_db_instance.ledger`, "guest-os.publish", "customer"},
	{`shop:aws_db_instance.ledger`, "guest-os.deploy", "rootstock"}, // by contract
	{`shop:aws_db_instance.accounting["curated"]`, "guest-os.publish", "provider"},
	{`shop:aws_db_instance.accounting["own"]`, "guest-os.publish", "customer"},
	{`shop:aws_instance.ratings`, "guest-os.publish", "customer"},
	{`shop:aws_instance.ratings`, "guest-os.deploy", "rootstock"},
	{`shop:aws_instance.ratings`, "hypervisor.operate", "provider"},
	{`warehouse:aws_db_instance.stock`, "facility.operate", "customer"}, // on an Outpost
	{`warehouse:aws_db_instance.stock`, "guest-os.deploy", "provider"},
	{`staging:module.orders.aws_db_instance.this`, "database-engine.deploy", "customer"},
	{`shop:aws_rds_cluster_instance.reviews[0]`, "database-engine.deploy", "provider"},
	{`shop:aws_rds_cluster_instance.reviews[1]`, "database-engine.deploy", "customer"},

	// Kubernetes: five ways to have machines.
	{`platform:aws_eks_node_group.general`, "guest-os.publish", "provider"},
	{`platform:aws_eks_node_group.general`, "guest-os.deploy", "customer"},
	{`platform:aws_eks_node_group.hardened`, "guest-os.publish", "customer"},
	{`platform:aws_autoscaling_group.batch`, "guest-os.publish", "customer"},
	{`platform:aws_autoscaling_group.batch`, "guest-os.deploy", "customer"},
	{`platform:aws_eks_fargate_profile.jobs`, "guest-os.deploy", "provider"},
	{`platform:aws_eks_cluster.partners`, "guest-os.deploy", "provider"},     // Auto Mode
	{`platform:aws_eks_cluster.tools`, "orchestrator.deploy", "customer"},    // until standard support ends
	{`platform:aws_eks_cluster.partners`, "orchestrator.deploy", "provider"}, // it has ended
	{`platform:aws_eks_addon.this["coredns"]`, "orchestrator.deploy", "customer"},

	// Functions: who moves the runtime.
	{`shop:module.functions["resize"].aws_lambda_function.this`, "runtime.deploy", "provider"},
	{`shop:module.functions["tax"].aws_lambda_function.this`, "runtime.deploy", "customer"},
	{`shop:module.functions["shipping"].aws_lambda_function.this`, "runtime.deploy", "customer"},
	{`shop:module.functions["shipping"].aws_lambda_function.this`, "runtime.publish", "provider"},
	{`shop:module.functions["pricing"].aws_lambda_function.this`, "runtime.publish", "customer"},
	{`shop:module.functions["pricing"].aws_lambda_function.this`, "guest-os.deploy", "provider"},
	{`shop:module.functions["coupons"].aws_lambda_function.this`, "runtime.deploy", "customer"}, // deprecated
	{`shop:module.functions["labels"].aws_lambda_function.this`, "guest-os.deploy", "customer"}, // image
	{`plan.json:module.handler["authorise"].aws_lambda_function.this`, "runtime.deploy", "provider"},
	{`plan.json:module.handler["settle"].aws_lambda_function.this`, "runtime.deploy", "customer"},

	// Containers.
	{`shop:module.storefront.aws_ecs_service.this`, "guest-os.deploy", "provider"},
	{`shop:module.services["accounts"].aws_ecs_service.this`, "guest-os.deploy", "provider"}, // pinned platform
	{`shop:module.pictures.aws_ecs_service.this`, "guest-os.deploy", "customer"},
	{`shop:module.pictures.aws_ecs_service.this`, "hosts.operate", "provider"},
	{`warehouse:module.scanner.aws_ecs_service.this`, "hosts.operate", "customer"}, // ECS Anywhere
	{`platform:aws_elastic_beanstalk_environment.portal["portal"]`, "guest-os.deploy", "provider"},
	{`platform:aws_elastic_beanstalk_environment.portal["old"]`, "guest-os.deploy", "customer"},

	// Stores and brokers.
	{`shop:aws_elasticache_replication_group.sessions`, "database-engine.deploy", "customer"},
	{`shop:aws_elasticache_serverless_cache.prices`, "database-engine.deploy", "provider"},
	{`staging:aws_elasticache_cluster.trial[*]`, "database-engine.deploy", "unknown"},
	{`shop:aws_opensearch_domain.catalogue`, "database-engine.deploy", "provider"},
	{`shop:aws_opensearch_domain.tickets`, "database-engine.deploy", "customer"},
	{`shop:aws_msk_cluster.events`, "database-engine.deploy", "provider"},
	{`shop:aws_dms_replication_instance.ledger`, "database-engine.deploy", "customer"},

	// Keys, certificates, rules of a firewall.
	{`keys:aws_kms_key.orders`, "keys.operate", "provider"},
	{`keys:aws_kms_external_key.suppliers`, "keys.operate", "customer"},
	{`keys:aws_kms_key.vouchers`, "keys.operate", "customer"},
	{`keys:aws_kms_key.medical`, "keys.operate", "customer"},
	{`keys:aws_kms_custom_key_store.external`, "facility.operate", "customer"},
	{`keys:aws_kms_custom_key_store.hsm`, "facility.operate", "provider"},
	{`keys:aws_acm_certificate.internal`, "certificates.deploy", "provider"},
	{`keys:aws_acm_certificate.partner`, "certificates.deploy", "customer"},
	{`keys:aws_acm_certificate.bought`, "certificates.deploy", "customer"},
	{`shop:aws_wafv2_web_acl.shop`, "runtime.deploy", "customer"}, // a pinned version
	{`edge:aws_wafv2_web_acl.edge`, "runtime.deploy", "provider"},

	// The same lines on other clouds and in other formats.
	{`office:azurerm_windows_virtual_machine.accounting`, "guest-os.deploy", "customer"},
	{`office:azurerm_mssql_database.ledger`, "database-engine.deploy", "provider"},
	{`office:azurerm_linux_web_app.intranet`, "runtime.deploy", "provider"},
	{`office:azurerm_linux_web_app.wiki`, "runtime.deploy", "customer"}, // a container of one's own
	{`office:azurerm_kubernetes_cluster.automatic`, "orchestrator.deploy", "provider"},
	{`office:azurerm_kubernetes_cluster.automatic`, "guest-os.deploy", "provider"},
	{`office:azurerm_kubernetes_cluster.trial`, "orchestrator.deploy", "customer"},
	{`office:azurerm_kubernetes_cluster.trial`, "guest-os.deploy", "customer"},
	{`insight-google:google_container_cluster.autopilot`, "guest-os.deploy", "provider"},
	{`insight-google:google_container_cluster.standard`, "orchestrator.deploy", "provider"},
	{`insight-google:google_container_node_pool.models`, "guest-os.deploy", "customer"},
	{`insight-google:google_sql_database_instance.segments`, "database-engine.deploy", "provider"},
	{`template.yaml:Track`, "runtime.deploy", "provider"},
	{`workflows:release.yml`, "pipeline.operate", "customer"}, // its own machine
	{`tills:Dockerfile`, "container-image.publish", "provider"},
	{`tills:Dockerfile`, "container-image.deploy", "customer"},

	// What nothing describes.
	{`declared.cellar`, "facility.operate", "customer"},
	{`declared.cellar`, "guest-os.publish", "provider"}, // while it is supported
	{`declared.staff`, "identity-service.operate", "provider"},
	{`declared.garden`, "orchestrator.operate", "customer"},
}

// told are findings the story of the examples rests on.
var told = []struct{ check, asset, result string }{
	{"exposed-compute-with-admin-role", `shop:aws_instance.content`, report.Fail},
	{"imdsv2", `shop:aws_instance.content`, report.Fail}, // its waiver ran out
	{"plaintext-secrets", `shop:aws_instance.content`, report.Fail},
	{"plaintext-secrets", `staging:module.storefront.aws_ecs_task_definition.this`, report.Fail},
	{"public-read", `shop:aws_s3_bucket.newsletter`, report.Fail},
	{"public-read", `edge:module.magazine.aws_s3_bucket.this`, report.ResultWaived},
	{"public-read", `edge:module.assets.aws_s3_bucket.this`, report.Pass},
	{"admin-ports-closed", `shop:aws_security_group.content`, report.ResultWaived}, // checkov:skip
	{"aws-iam-permissions-via-groups", `identity:aws_iam_user.legacy["label-printer"]`, report.ResultWaived},
	{"pipeline-trust-scoped", `identity:module.pipelines["warehouse-tools"].aws_iam_role.this`, report.Fail},
	{"pipeline-trust-scoped", `identity:module.pipelines["storefront"].aws_iam_role.this`, report.Pass},
	{"aws-alarm-trail-change", `aws-account:111122223333`, report.Pass},
	{"aws-alarm-sg-change", `aws-account:111122223333`, report.Fail},
	{"key-rotation", `keys:aws_kms_key.archive`, report.Fail},
	{"secret-rotation", `shop:aws_secretsmanager_secret.shop["session"]`, report.Pass},
	{"ai-guardrail", `insight:aws_bedrockagent_agent.fair`, report.Fail},
	{"ai-guardrail", `insight:aws_bedrockagent_agent.gardener`, report.Pass},
	{"encryption-at-rest", `terraform.tfstate:aws_db_instance.books`, report.Fail},
	{"shared-publicly", `terraform.tfstate:aws_db_snapshot.before_sale`, report.Fail},

	{"admin-ports-closed", `office:azurerm_network_security_group.servers`, report.Fail},
	{"public-read", `insight-google:google_storage_bucket.partners`, report.Fail},
	{"public-read", `insight-google:google_storage_bucket.exports`, report.Pass},
	{"public-policy", `template.yaml:Events`, report.Fail},
	{"public-policy", `template.yaml:Status`, report.Fail},
	{"encryption-in-transit", `azuredeploy.json:Microsoft.Storage/storageAccounts/fernhillhr`, report.Fail},
	{"privileged-container", `production:garden/DaemonSet/log-agent`, report.Fail},
	{"privileged-container", `production:garden/Deployment/planner`, report.Pass},
	{"k8s-rbac-cluster-admin", `production:ClusterRoleBinding/log-agent`, report.Fail},
	{"runs-as-root", `chart:garden/Deployment/seeds`, report.Fail},
	{"remote-code-verified", `tills:Dockerfile`, report.Fail},
	{"host-path-mounts", `compose.yaml:updates`, report.Fail},
	{"gh-wf-action-pinned", `workflows:release.yml`, report.Fail},
}

// TestExamples holds the examples together: they can be read whole, all of
// what is in them is covered, and they show what they are there to show.
func TestExamples(t *testing.T) {
	a := assessExamples(t)

	for _, s := range a.Sources {
		for _, g := range s.Gaps {
			if g.Kind != "variable" {
				t.Errorf("%s: %s", s.Path, g.What)
			}
		}
	}
	for _, u := range a.Uncovered {
		t.Errorf("the catalogue does not know %s (%v)", u.Type, u.Addresses)
	}
	if n := a.Summary.Resources; n < 400 {
		t.Errorf("%d resources make no estate", n)
	}

	for _, status := range []string{report.Failing, report.Unverified, report.Unassured, report.Waived, report.Verified} {
		if a.Summary.Statuses[status] == 0 {
			t.Errorf("no duty is %s", status)
		}
	}
	for _, owner := range []string{"customer", "provider", "unknown"} {
		if a.Summary.Owners[owner] == 0 {
			t.Errorf("nothing is owned by: %s", owner)
		}
	}
	for row, cells := range a.Summary.Matrix {
		if len(cells) == 0 {
			t.Errorf("row %s of the matrix is empty", row)
		}
	}

	owners := map[[2]string]string{}
	for d := range a.Duties {
		owner := d.Owner
		if d.Party == "rootstock" {
			owner = d.Party
		}
		owners[[2]string{short(d.Asset), d.Responsibility}] = owner
	}
	for _, l := range lines {
		if got := owners[[2]string{l.asset, l.responsibility}]; got != l.owner {
			t.Errorf("%s of %s: %q, want %s", l.responsibility, l.asset, got, l.owner)
		}
	}

	results := map[[2]string]string{}
	expired := 0
	for f := range a.Findings {
		results[[2]string{f.Check, short(f.Asset)}] = f.Result
		if f.Waiver != nil && f.Waiver.Expired {
			expired++
		}
	}
	for _, f := range told {
		if got := results[[2]string{f.check, f.asset}]; got != f.result {
			t.Errorf("%s of %s: %q, want %s", f.check, f.asset, got, f.result)
		}
	}
	if expired == 0 {
		t.Error("no waiver has run out")
	}
	if links := a.Weakest; len(links) == 0 || short(links[0].Asset) != "shop:aws_instance.content" {
		t.Error("the weakest link is not the exposed machine with an administrator's role")
	}
}

// short drops the directories before an asset's root.
func short(id string) string {
	root, address, ok := strings.Cut(id, ":")
	if !ok {
		return id
	}
	return root[strings.LastIndexByte(root, '/')+1:] + ":" + address
}

// TestExamplesAreTerraform holds the arguments the examples write against the
// provider's own schema.
func TestExamplesAreTerraform(t *testing.T) {
	schema, _ := providerSchemas(t)
	roots, _, err := terraform.FindRoots(examples)
	if err != nil {
		t.Fatal(err)
	}
	// What the schema's list lacks.
	schema["aws_wafv2_web_acl_association"] = map[string]bool{"resource_arn": true, "web_acl_arn": true}
	for _, arg := range []string{"", ".name", ".vendor_name", ".version"} {
		schema["aws_wafv2_web_acl"]["rule.statement.managed_rule_group_statement"+arg] = true
	}
	for _, root := range roots {
		sink := &writtenArguments{schema: schema, unknown: map[string]bool{}}
		if err := terraform.Read(t.Context(), examples, root, terraform.Options{}, sink); err != nil {
			t.Fatal(err)
		}
		for _, what := range slices.Sorted(maps.Keys(sink.unknown)) {
			t.Errorf("%s: the provider does not know %s", root, what)
		}
	}
}

type writtenArguments struct {
	schema  map[string]map[string]bool
	unknown map[string]bool
}

func (w *writtenArguments) Gap(source.Gap) {}

func (w *writtenArguments) Resource(r *source.Resource) {
	known := w.schema[r.Type]
	switch {
	case r.Data || r.Setup:
	case known == nil:
		w.unknown[r.Type] = true
	default:
		for name, v := range r.Body {
			if r.Set[name] {
				w.check(r.Type, known, name, v)
			}
		}
	}
}

func (w *writtenArguments) check(typ string, known map[string]bool, path string, v any) {
	if strings.HasSuffix(path, "tags") || known[path+".*"] {
		return
	}
	if !known[path] {
		w.unknown[typ+"."+path] = true
		return
	}
	list, _ := v.([]any)
	for _, e := range list {
		fields, _ := e.(map[string]any)
		for name, x := range fields {
			if x != nil {
				w.check(typ, known, path+"."+name, x)
			}
		}
	}
}
