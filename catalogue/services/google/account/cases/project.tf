resource "google_project" "shop" {
  name                = "shop"
  project_id          = "acme-shop"
  folder_id           = google_folder.prod.name
  auto_create_network = false
}

resource "google_project" "scratch" {
  name            = "scratch"
  project_id      = "acme-scratch"
  deletion_policy = "DELETE"
}

resource "google_folder" "prod" {
  display_name = "prod"
  parent       = "organizations/1234567890"
}

resource "google_folder" "lab" {
  display_name        = "lab"
  parent              = "organizations/1234567890"
  deletion_protection = false
}

resource "google_resource_manager_lien" "keep" {
  parent       = "projects/acme-shop"
  restrictions = ["resourcemanager.projects.delete"]
  origin       = "terraform"
  reason       = "holds the customers' orders"
}

resource "google_resource_manager_lien" "other" {
  parent       = "projects/acme-shop"
  restrictions = ["resourcemanager.projects.update"]
  origin       = "terraform"
  reason       = "frozen"
}

resource "google_tags_tag_key" "environment" {
  parent     = "organizations/1234567890"
  short_name = "environment"
}

resource "google_tags_tag_value" "prod" {
  parent     = google_tags_tag_key.environment.id
  short_name = "prod"
}

resource "google_assured_workloads_workload" "eu" {
  display_name      = "eu"
  compliance_regime = "EU_REGIONS_AND_SUPPORT"
  billing_account   = "billingAccounts/000000-000000-000000"
  location          = "europe-west1"
  organization      = "1234567890"
}

resource "google_billing_budget" "month" {
  billing_account = "000000-000000-000000"
  display_name    = "month"
  all_updates_rule {
    pubsub_topic = "projects/acme-shop/topics/budget"
  }
}

resource "google_billing_budget" "silent" {
  billing_account = "000000-000000-000000"
  display_name    = "silent"
  all_updates_rule {
    disable_default_iam_recipients = true
  }
}

resource "google_folder_iam_member" "viewer" {
  folder = google_folder.prod.name
  role   = "roles/viewer"
  member = "group:audit@example.com"
}

resource "google_folder_iam_binding" "admins" {
  folder  = google_folder.prod.name
  role    = "roles/resourcemanager.folderAdmin"
  members = ["group:platform@example.com"]
}

resource "google_folder_iam_policy" "lab" {
  folder      = google_folder.lab.name
  policy_data = data.google_iam_policy.lab.policy_data
}

data "google_iam_policy" "lab" {
  binding {
    role    = "roles/editor"
    members = ["group:engineers@example.com"]
  }
}

resource "google_folder_iam_audit_config" "prod" {
  folder  = google_folder.prod.name
  service = "allServices"
  audit_log_config {
    log_type = "DATA_READ"
  }
}

resource "google_folder_access_approval_settings" "prod" {
  folder_id = google_folder.prod.folder_id
  enrolled_services {
    cloud_product = "all"
  }
}

resource "google_tags_tag_key_iam_member" "environment" {
  tag_key = google_tags_tag_key.environment.name
  role    = "roles/resourcemanager.tagViewer"
  member  = "group:audit@example.com"
}

resource "google_tags_tag_key_iam_binding" "environment" {
  tag_key = google_tags_tag_key.environment.name
  role    = "roles/resourcemanager.tagUser"
  members = ["group:platform@example.com"]
}

resource "google_tags_tag_key_iam_policy" "environment" {
  tag_key     = google_tags_tag_key.environment.name
  policy_data = jsonencode({ bindings = [{ role = "roles/resourcemanager.tagAdmin", members = ["group:platform@example.com"] }] })
}

resource "google_tags_tag_value_iam_member" "prod" {
  tag_value = google_tags_tag_value.prod.name
  role      = "roles/resourcemanager.tagViewer"
  member    = "group:audit@example.com"
}

resource "google_tags_tag_value_iam_binding" "prod" {
  tag_value = google_tags_tag_value.prod.name
  role      = "roles/resourcemanager.tagUser"
  members   = ["group:platform@example.com"]
}

resource "google_tags_tag_value_iam_policy" "prod" {
  tag_value   = google_tags_tag_value.prod.name
  policy_data = jsonencode({ bindings = [{ role = "roles/resourcemanager.tagAdmin", members = ["group:platform@example.com"] }] })
}
