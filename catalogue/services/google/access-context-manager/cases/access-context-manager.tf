resource "google_access_context_manager_access_policy" "good" {
  parent = "organizations/1234567890"
  title = "all"
}

resource "google_access_context_manager_service_perimeter" "good" {
  parent = "accessPolicies/1"
  name = "accessPolicies/1/servicePerimeters/prod"
  title = "prod"
  status {
    resources = ["projects/1"]
    restricted_services = ["storage.googleapis.com"]
  }
}

resource "google_access_context_manager_service_perimeter" "bad" {
  parent = "accessPolicies/1"
  name = "accessPolicies/1/servicePerimeters/dry"
  title = "dry"
  use_explicit_dry_run_spec = true
  spec {
    resources = ["projects/1"]
  }
  status {
    ingress_policies {
      ingress_from {
        identity_type = "ANY_IDENTITY"
        sources {
          access_level = "*"
        }
      }
    }
  }
}

resource "google_access_context_manager_service_perimeters" "good" {
  parent = "accessPolicies/1"
}

resource "google_access_context_manager_access_level" "good" {
  parent = "accessPolicies/1"
  name = "accessPolicies/1/accessLevels/office"
  title = "office"
  basic {
    conditions {
      ip_subnetworks = ["203.0.113.0/24"]
    }
  }
}

resource "google_access_context_manager_access_levels" "good" {
  parent = "accessPolicies/1"
}

resource "google_access_context_manager_gcp_user_access_binding" "good" {
  organization_id = "1234567890"
  group_key = "01234"
  access_levels = ["accessPolicies/1/accessLevels/office"]
}

resource "google_access_context_manager_access_policy_iam_member" "good" {
  name = google_access_context_manager_access_policy.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_access_context_manager_access_policy_iam_binding" "good" {
  name = google_access_context_manager_access_policy.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_access_context_manager_access_policy_iam_policy" "good" {
  name = google_access_context_manager_access_policy.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
