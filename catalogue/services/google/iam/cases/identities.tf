resource "google_service_account" "app" {
  account_id   = "app"
  display_name = "the shop"
}

resource "google_service_account_key" "app" {
  service_account_id = google_service_account.app.name
}

resource "google_service_account_key" "uploaded" {
  service_account_id = google_service_account.app.name
  public_key_data    = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="
}

resource "google_storage_hmac_key" "interop" {
  service_account_email = google_service_account.app.email
}

resource "google_storage_hmac_key" "off" {
  service_account_email = google_service_account.app.email
  state                 = "INACTIVE"
}

resource "google_project_iam_custom_role" "reader" {
  role_id     = "orderReader"
  title       = "Order reader"
  permissions = ["storage.objects.get", "storage.objects.list"]
}

resource "google_organization_iam_custom_role" "auditor" {
  org_id      = "1234567890"
  role_id     = "auditor"
  title       = "Auditor"
  permissions = ["logging.logEntries.list"]
}

resource "google_cloud_identity_group" "engineers" {
  display_name = "engineers"
  parent       = "customers/C01234567"
  group_key {
    id = "engineers@example.com"
  }
  labels = { "cloudidentity.googleapis.com/groups.discussion_forum" = "" }
}

resource "google_cloud_identity_group_membership" "jane" {
  group = google_cloud_identity_group.engineers.id
  preferred_member_key {
    id = "jane@example.com"
  }
  roles {
    name = "MEMBER"
  }
}

resource "google_privileged_access_manager_entitlement" "admin" {
  entitlement_id       = "admin"
  location             = "global"
  parent               = "projects/acme-shop"
  max_request_duration = "3600s"
  requester_justification_config {
    unstructured {}
  }
  eligible_users {
    principals = ["group:engineers@example.com"]
  }
  privileged_access {
    gcp_iam_access {
      resource      = "//cloudresourcemanager.googleapis.com/projects/acme-shop"
      resource_type = "cloudresourcemanager.googleapis.com/Project"
      role_bindings {
        role = "roles/compute.admin"
      }
    }
  }
  approval_workflow {
    manual_approvals {
      steps {
        approvals_needed = 1
        approvers {
          principals = ["group:leads@example.com"]
        }
      }
    }
  }
}

resource "google_privileged_access_manager_entitlement" "free" {
  entitlement_id       = "free"
  location             = "global"
  parent               = "projects/acme-shop"
  max_request_duration = "3600s"
}

resource "google_service_account_iam_member" "app" {
  service_account_id = google_service_account.app.email
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_service_account_iam_binding" "app" {
  service_account_id = google_service_account.app.email
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_service_account_iam_policy" "app" {
  service_account_id = google_service_account.app.email
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
