resource "google_project_iam_member" "deployer" {
  project = "acme-shop"
  role    = "roles/run.admin"
  member  = "group:deployers@example.com"
}

resource "google_project_iam_binding" "viewers" {
  project = "acme-shop"
  role    = "roles/viewer"
  members = ["group:everybody@example.com"]
}

resource "google_project_iam_audit_config" "all" {
  project = "acme-shop"
  service = "allServices"
  audit_log_config {
    log_type = "ADMIN_READ"
  }
  audit_log_config {
    log_type         = "DATA_READ"
    exempted_members = ["user:probe@example.com"]
  }
}

resource "google_project_organization_policy" "public" {
  project    = "acme-shop"
  constraint = "constraints/storage.publicAccessPrevention"
  boolean_policy {
    enforced = true
  }
}

resource "google_project_organization_policy" "login" {
  project    = "acme-shop"
  constraint = "constraints/compute.requireOsLogin"
  boolean_policy {
    enforced = true
  }
}

resource "google_essential_contacts_contact" "security" {
  parent                              = "projects/acme-shop"
  email                               = "security@example.com"
  language_tag                        = "en"
  notification_category_subscriptions = ["SECURITY"]
}

resource "google_project_access_approval_settings" "shop" {
  project_id = "acme-shop"
  enrolled_services {
    cloud_product = "all"
  }
}
