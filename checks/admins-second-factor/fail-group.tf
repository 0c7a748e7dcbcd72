resource "azuread_conditional_access_policy" "group" {
  display_name = "sales only"
  state        = "enabled"
  conditions {
    client_app_types = ["all"]
    applications {
      included_applications = ["All"]
    }
    users {
      included_groups = ["7c1a8d8e-0000-4000-8000-000000000001"]
    }
  }
  grant_controls {
    operator          = "OR"
    built_in_controls = ["mfa"]
  }
}
