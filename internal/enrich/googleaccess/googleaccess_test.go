package googleaccess

import (
	"testing"

	et "github.com/demarc-sec/demarc/internal/enrich/enrichtest"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

type m = map[string]any

// asset makes one of Google's.
func asset(id, kind, native string, facts et.Facts) *estate.Asset {
	a := et.Asset(id, kind, facts)
	a.Provider, a.NativeType, a.Means = "google", native, native
	return a
}

func grant(role any, members ...any) m { return m{"role": role, "members": members} }

func list(xs ...any) []any { return xs }

var (
	later   = &source.Unknown{Reason: "later"}
	app     = &source.Unknown{Reason: "later", Text: "serviceAccount:app@" + source.HoleOpen + "google_service_account.app.project" + source.HoleClose + ".iam.gserviceaccount.com"}
	outside = &source.Unknown{Reason: estate.NotSetForAccount}
)

func TestPublic(t *testing.T) {
	for _, c := range []struct {
		name     string
		bindings any
		want     et.Facts
	}{
		{"nobody", list(grant("roles/run.invoker", "user:a@example.com")), et.Facts{"policy_public": false, "policy_public_actions": []string{}, "consumer_members": []string{}}},
		{"everybody", list(grant("roles/run.invoker", "user:a@example.com", "allUsers")), et.Facts{"policy_public": true, "policy_public_actions": []string{"roles/run.invoker"}}},
		{"everybody who signed in anywhere", list(grant("roles/run.invoker", "allAuthenticatedUsers")), et.Facts{"policy_public": true}},
		{"who is not known", list(grant("roles/run.invoker", later)), et.Facts{"policy_public": et.Unknown("later"), "consumer_members": et.Unknown("later")}},
		{"a service account of a project not known", list(grant("roles/run.invoker", app)), et.Facts{"policy_public": false, "consumer_members": []string{}}},
		{"a grant not known", list(grant("roles/run.invoker", "user:a@example.com"), later), et.Facts{"policy_public": et.Unknown("later")}},
		{"nothing known", et.Unknown("later"), et.Facts{"policy_public": et.Unknown("later"), "policy_public_actions": et.Unknown("later")}},
		{"role not known", list(grant(later, "allUsers")), et.Facts{"policy_public": true}},
		{"within a time", list(m{"role": "roles/run.invoker", "members": list("allUsers"), "condition": "request.time < timestamp('2027-01-01T00:00:00Z')"}), et.Facts{"policy_public": true}},
		{"from an access level", list(m{"role": "roles/run.invoker", "members": list("allUsers"), "condition": m{"expression": "'office' in request.auth.access_levels"}}), et.Facts{"policy_public": false}},
		{"condition not known", list(m{"role": "roles/run.invoker", "members": list("allUsers"), "condition": later}), et.Facts{"policy_public": et.Unknown("later")}},
		{"a mail service", list(grant("roles/viewer", "user:jane@gmail.com", "user:joe@example.com")), et.Facts{"consumer_members": []string{"jane@gmail.com"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := asset("s", "container-service", "google_cloud_run_v2_service", et.Facts{"iam_bindings": c.bindings})
			Enrich(et.Estate(a))
			et.Want(t, a, c.want)
		})
	}
	other := et.Asset("b", "queue", et.Facts{"iam_bindings": list(grant("x", "allUsers"))})
	Enrich(et.Estate(other))
	et.Want(t, other, et.Facts{"policy_public": et.Absent})
}

func TestBuckets(t *testing.T) {
	role := asset("r", "identity-policy", "google_project_iam_custom_role", et.Facts{"allowed_actions": []string{"storage.objects.get"}})
	role.Name = "projects/acme/roles/reader"
	for _, c := range []struct {
		name  string
		facts et.Facts
		want  et.Facts
	}{
		{"reading", et.Facts{"iam_bindings": list(grant("roles/storage.objectViewer", "allUsers"))}, et.Facts{"public_read": true, "public_write": false}},
		{"writing", et.Facts{"iam_bindings": list(grant("roles/storage.objectCreator", "allUsers"))}, et.Facts{"public_read": false, "public_write": true}},
		{"both", et.Facts{"iam_bindings": list(grant("roles/storage.admin", "allAuthenticatedUsers"))}, et.Facts{"public_read": true, "public_write": true}},
		{"prevented", et.Facts{"iam_bindings": list(grant("roles/storage.admin", "allUsers")), "restrict_public_buckets": true}, et.Facts{"public_read": false, "public_write": false}},
		{"prevention not known", et.Facts{"iam_bindings": list(grant("roles/storage.admin", "allUsers")), "restrict_public_buckets": et.Unknown("later")}, et.Facts{"public_read": et.Unknown("later")}},
		{"a role of the customer's", et.Facts{"iam_bindings": list(grant("projects/acme/roles/reader", "allUsers"))}, et.Facts{"public_read": true, "public_write": false}},
		{"a role elsewhere", et.Facts{"iam_bindings": list(grant("projects/acme/roles/other", "allUsers"))}, et.Facts{"public_read": et.Unknown("")}},
		{"a role not known", et.Facts{"iam_bindings": list(grant(later, "allUsers"))}, et.Facts{"public_read": et.Unknown("later")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := asset("b", "object-store", "google_storage_bucket", c.facts)
			Enrich(et.Estate(role, a))
			et.Want(t, a, c.want)
		})
	}
	t.Run("the account prevents", func(t *testing.T) {
		acc := asset("acc", "account", "google_account_itself", et.Facts{"restrict_public_buckets": true})
		a := et.Link(asset("b", "object-store", "google_storage_bucket", et.Facts{
			"restrict_public_buckets": false, "iam_bindings": list(grant("roles/storage.admin", "allUsers")),
		}), "account", acc)
		Enrich(et.Estate(acc, a))
		et.Want(t, a, et.Facts{"public_read": false})
	})
}

func TestServiceAccounts(t *testing.T) {
	sa := func() *estate.Asset {
		a := asset("app", "identity-role", serviceAccount, nil)
		a.Name = "app"
		return a
	}
	for _, c := range []struct {
		name     string
		bindings []any
		want     et.Facts
	}{
		{"owner", list(grant("roles/owner", app)), et.Facts{"grants_admin": true, "wide_roles": []string{"roles/owner"}, "privilege_escalation": []string{}}},
		{"editor", list(grant("roles/editor", "serviceAccount:app@acme.iam.gserviceaccount.com")), et.Facts{"grants_admin": false, "wide_roles": []string{"roles/editor"}, "privilege_escalation": []string{"roles/editor"}}},
		{"administrator of one service", list(grant("roles/storage.admin", app)), et.Facts{"wide_roles": []string{"roles/storage.admin"}, "privilege_escalation": []string{}}},
		{"little", list(grant("roles/logging.logWriter", app), outside), et.Facts{"grants_admin": false, "wide_roles": []string{}}},
		{"somebody else", list(grant("roles/owner", "user:app@example.com", "serviceAccount:other@acme.iam.gserviceaccount.com")), et.Facts{"grants_admin": false}},
		{"role not known", list(grant(later, app)), et.Facts{"grants_admin": et.Unknown("later"), "wide_roles": et.Unknown("later")}},
		{"nothing", nil, et.Facts{"grants_admin": false, "wide_roles": []string{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := sa()
			acc := asset("acc", "account", "google_account_itself", et.Facts{"iam_bindings": c.bindings})
			Enrich(et.Estate(acc, a))
			et.Want(t, a, c.want)
		})
	}
	t.Run("of another project", func(t *testing.T) {
		a := sa()
		a.Account = "acme"
		acc := asset("acc", "account", "google_account_itself", et.Facts{"iam_bindings": list(grant("roles/owner", "serviceAccount:app@other.iam.gserviceaccount.com"))})
		Enrich(et.Estate(acc, a))
		et.Want(t, a, et.Facts{"grants_admin": false})
	})
	t.Run("on one asset only", func(t *testing.T) {
		a := sa()
		b := asset("b", "object-store", "google_storage_bucket", et.Facts{"iam_bindings": list(grant("roles/storage.admin", app))})
		Enrich(et.Estate(a, b))
		et.Want(t, a, et.Facts{"wide_roles": []string{}})
	})
	t.Run("in its own root", func(t *testing.T) {
		a, b := sa(), sa()
		a.Root, b.Root = "one", "two"
		acc := asset("acc", "account", "google_account_itself", et.Facts{"iam_bindings": list(grant("roles/owner", app))})
		acc.Root = "two"
		Enrich(et.Estate(a, b, acc))
		et.Want(t, a, et.Facts{"grants_admin": false})
		et.Want(t, b, et.Facts{"grants_admin": true})
	})
}

func TestPeople(t *testing.T) {
	acc := asset("acc", "account", "google_account_itself", et.Facts{"iam_bindings": list(
		grant("roles/editor", "user:joe@example.com", app, "serviceAccount:1-compute@developer.gserviceaccount.com"),
		grant("roles/iam.serviceAccountUser", "group:dev@example.com", "user:joe@example.com"),
		grant("roles/iam.serviceAccountAdmin", "user:joe@example.com"),
		grant("roles/cloudkms.admin", "user:ann@example.com"),
		grant("roles/cloudkms.cryptoKeyDecrypter", "user:ann@example.com", "user:bob@example.com"),
		outside,
	)})
	Enrich(et.Estate(acc))
	et.Want(t, acc, et.Facts{
		"basic_role_holders":             []string{"serviceAccount:1-compute@developer.gserviceaccount.com (editor)", "user:joe@example.com (editor)"},
		"impersonation_holders":          []string{"group:dev@example.com (iam.serviceAccountUser)", "user:joe@example.com (iam.serviceAccountUser)"},
		"service_identity_duties_joined": []string{"user:joe@example.com"},
		"key_duties_joined":              []string{"user:ann@example.com"},
	})
	open := asset("acc", "account", "google_account_itself", et.Facts{"iam_bindings": list(grant("roles/owner", later), grant("roles/cloudkms.admin", later))})
	Enrich(et.Estate(open))
	et.Want(t, open, et.Facts{"basic_role_holders": et.Unknown("later"), "key_duties_joined": et.Unknown("later"), "impersonation_holders": []string{}})
	unsaid := asset("acc", "account", "google_account_itself", et.Facts{"iam_bindings": et.Unknown(estate.NotSetForAccount)})
	Enrich(et.Estate(unsaid))
	et.Want(t, unsaid, et.Facts{"basic_role_holders": et.Absent, "policy_public": et.Absent})
}

func TestDefaultIdentity(t *testing.T) {
	sa := asset("app", "identity-role", serviceAccount, nil)
	vm := et.Link(asset("vm", "virtual-machine", "google_compute_instance", et.Facts{"default_identity": et.Unknown("later")}), "role", sa)
	Enrich(et.Estate(sa, vm))
	et.Want(t, vm, et.Facts{"default_identity": false})
	other := asset("vm", "virtual-machine", "google_compute_instance", et.Facts{"default_identity": et.Unknown("later")})
	Enrich(et.Estate(other))
	if f, _ := other.Fact("default_identity"); f.Known() {
		t.Error("known without a service account")
	}
}

func TestAudit(t *testing.T) {
	entry := func(service, kind any, exempted ...any) m {
		e := m{"service": service, "log_type": kind}
		if exempted != nil {
			e["exempted"] = exempted
		}
		return e
	}
	for _, c := range []struct {
		name    string
		configs any
		want    any
	}{
		{"all", list(entry("allServices", "ADMIN_READ"), entry("allServices", "DATA_READ"), entry("allServices", "DATA_WRITE"), outside), true},
		{"one kind missing", list(entry("allServices", "ADMIN_READ"), entry("allServices", "DATA_READ"), outside), false},
		{"somebody is left out", list(entry("allServices", "ADMIN_READ"), entry("allServices", "DATA_READ", "user:a@example.com"), entry("allServices", "DATA_WRITE")), false},
		{"one service", list(entry("storage.googleapis.com", "ADMIN_READ"), entry("storage.googleapis.com", "DATA_READ"), entry("storage.googleapis.com", "DATA_WRITE")), false},
		{"service not known", list(entry(later, "ADMIN_READ")), et.Unknown("later")},
		{"nothing said", et.Unknown(estate.NotSetForAccount), et.Absent},
	} {
		t.Run(c.name, func(t *testing.T) {
			acc := asset("acc", "account", "google_account_itself", et.Facts{"audit_configs": c.configs})
			Enrich(et.Estate(acc))
			et.Want(t, acc, et.Facts{"data_access_recorded": c.want})
		})
	}
}
