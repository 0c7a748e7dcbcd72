resource "google_organization_iam_member" "admin" {
  org_id = "1234567890"
  role   = "roles/resourcemanager.organizationAdmin"
  member = "group:admins@example.com"
}

resource "google_organization_iam_binding" "viewers" {
  org_id  = "1234567890"
  role    = "roles/browser"
  members = ["domain:example.com"]
}

resource "google_organization_iam_policy" "whole" {
  org_id      = "1234567890"
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["user:founder@example.com"] }] })
}

resource "google_project_iam_policy" "whole" {
  project     = "acme-shop"
  policy_data = jsonencode({ bindings = [{ role = "roles/editor", members = ["user:founder@example.com"] }] })
}

resource "google_organization_iam_audit_config" "storage" {
  org_id  = "1234567890"
  service = "storage.googleapis.com"
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

resource "google_organization_policy" "public" {
  org_id     = "1234567890"
  constraint = "storage.publicAccessPrevention"
  boolean_policy {
    enforced = false
  }
}

resource "google_org_policy_policy" "login" {
  name   = "organizations/1234567890/policies/compute.requireOsLogin"
  parent = "organizations/1234567890"
  spec {
    rules {
      enforce = "FALSE"
    }
  }
}

resource "google_organization_access_approval_settings" "all" {
  organization_id = "1234567890"
  enrolled_services {
    cloud_product = "all"
  }
}
