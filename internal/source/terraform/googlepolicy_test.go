package terraform

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

// TestGooglePolicy: the data source google_iam_policy only writes a policy, and
// a service account's address follows from its id and project.
func TestGooglePolicy(t *testing.T) {
	const here = `
data "google_iam_policy" "p" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["allUsers", google_service_account.app.member]
    condition {
      title      = "a while"
      expression = "request.time < timestamp('2027-01-01T00:00:00Z')"
    }
  }
  audit_config {
    service = "allServices"
    audit_log_configs {
      log_type         = "DATA_READ"
      exempted_members = ["user:a@example.com"]
    }
  }
}
resource "google_service_account" "app" {
  account_id = "app"
}
resource "google_storage_bucket_iam_policy" "b" {
  bucket      = "b"
  policy_data = data.google_iam_policy.p.policy_data
}
resource "google_project_iam_member" "m" {
  member = "serviceAccount:${google_service_account.app.email}"
}
`
	const hole = source.HoleOpen + "google_service_account.app.project" + source.HoleClose
	for _, c := range []struct {
		name, text, policy, member string
	}{
		{
			"project known", here + `provider "google" { project = "acme" }`,
			`{"bindings":[{"role":"roles/storage.objectViewer","members":["serviceAccount:app@acme.iam.gserviceaccount.com","allUsers"],"condition":{"title":"a while","expression":"request.time \u003c timestamp('2027-01-01T00:00:00Z')"}}],"auditConfigs":[{"service":"allServices","auditLogConfigs":[{"logType":"DATA_READ","exemptedMembers":["user:a@example.com"]}]}]}`,
			"serviceAccount:app@acme.iam.gserviceaccount.com",
		},
		{
			"project not known", here,
			`{"bindings":[{"role":"roles/storage.objectViewer","members":["serviceAccount:app@` + hole + `.iam.gserviceaccount.com","allUsers"],"condition":{"title":"a while","expression":"request.time \u003c timestamp('2027-01-01T00:00:00Z')"}}],"auditConfigs":[{"service":"allServices","auditLogConfigs":[{"logType":"DATA_READ","exemptedMembers":["user:a@example.com"]}]}]}`,
			"serviceAccount:app@" + hole + ".iam.gserviceaccount.com",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := readText(t, c.text)
			if got := asText(rec.Find(t, "google_storage_bucket_iam_policy.b").Body["policy_data"]); got != c.policy {
				t.Errorf("policy_data is\n%s, want\n%s", got, c.policy)
			}
			if got := asText(rec.Find(t, "google_project_iam_member.m").Body["member"]); got != c.member {
				t.Errorf("member is %s, want %s", got, c.member)
			}
		})
	}
}

// asText is a text, or what is known of one.
func asText(v any) string {
	if u, ok := v.(*source.Unknown); ok {
		return u.Text
	}
	s, _ := v.(string)
	return s
}
