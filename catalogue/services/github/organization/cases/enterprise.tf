resource "github_actions_organization_workflow_permissions" "main" {
  organization_slug            = "rootstock"
  default_workflow_permissions = "read"
}

resource "github_enterprise_actions_workflow_permissions" "main" {
  enterprise_slug              = "rootstock"
  default_workflow_permissions = "read"
}

resource "github_enterprise_actions_permissions" "main" {
  enterprise_slug       = "rootstock"
  enabled_organizations = "all"
  allowed_actions       = "selected"
}

resource "github_enterprise_security_analysis_settings" "main" {
  enterprise_slug                                              = "rootstock"
  secret_scanning_enabled_for_new_repositories                 = true
  secret_scanning_push_protection_enabled_for_new_repositories = true
}

resource "github_enterprise_ip_allow_list_entry" "office" {
  enterprise_slug = "rootstock"
  ip              = "203.0.113.0/24"
}

resource "github_enterprise_ip_allow_list_entry" "world" {
  enterprise_slug = "rootstock"
  ip              = "0.0.0.0/0"
}

resource "github_enterprise_actions_runner_group" "closed" {
  enterprise_slug = "rootstock"
  name            = "closed"
  visibility      = "all"
}

resource "github_enterprise_actions_runner_group" "open" {
  enterprise_slug            = "rootstock"
  name                       = "open"
  visibility                 = "all"
  allows_public_repositories = true
}

resource "github_organization_role" "everything" {
  name        = "everything"
  base_role   = "admin"
  permissions = ["delete_alerts_code_scanning"]
}

resource "github_organization_role" "billing" {
  name        = "billing"
  permissions = ["read_organization_custom_org_role"]
}

resource "github_organization_repository_role" "triage" {
  name        = "triage and label"
  base_role   = "read"
  permissions = ["add_label"]
}

resource "github_organization_custom_role" "triage" {
  name        = "triage"
  base_role   = "read"
  permissions = ["add_label"]
}
