resource "azuread_user" "person" {
  user_principal_name = "person@example.com"
  display_name        = "Person"
}

resource "azuread_user" "weak" {
  user_principal_name     = "weak@example.com"
  display_name            = "Weak"
  account_enabled         = false
  disable_strong_password = true
  password                = "Geheim-9Kx2pQ7z"
}

resource "azuread_invitation" "guest" {
  user_email_address = "guest@example.org"
  redirect_url       = "https://portal.azure.com"
}

resource "azuread_group" "admins" {
  display_name     = "admins"
  security_enabled = true
  members          = [azuread_user.person.object_id]
}

resource "azuread_group_without_members" "team" {
  display_name     = "team"
  security_enabled = true
}

resource "azuread_group_member" "team" {
  group_object_id  = azuread_group_without_members.team.object_id
  member_object_id = azuread_user.person.object_id
}

resource "azuread_application" "guarded" {
  display_name     = "guarded"
  sign_in_audience = "AzureADMyOrg"
  web {
    redirect_uris = ["https://app.example.com/auth", "http://localhost:8080/auth"]
  }
}

resource "azuread_application" "open" {
  display_name     = "open"
  sign_in_audience = "AzureADMultipleOrgs"
  web {
    redirect_uris = ["http://app.example.com/auth"]
    implicit_grant {
      access_token_issuance_enabled = true
    }
  }
  password {
    display_name = "main"
  }
}

resource "azuread_application_federated_identity_credential" "pinned" {
  application_id = azuread_application.guarded.id
  display_name   = "github"
  audiences      = ["api://AzureADTokenExchange"]
  issuer         = "https://token.actions.githubusercontent.com"
  subject        = "repo:example/app:environment:prod"
}

resource "azuread_application_flexible_federated_identity_credential" "wide" {
  application_id             = azuread_application.open.id
  display_name               = "github"
  audience                   = "api://AzureADTokenExchange"
  issuer                     = "https://token.actions.githubusercontent.com"
  claims_matching_expression = "claims['sub'] matches 'repo:example/*'"
}

resource "azuread_application_registration" "guarded" {
  display_name = "guarded"
}

resource "azuread_application_registration" "open" {
  display_name                           = "open"
  sign_in_audience                       = "AzureADandPersonalMicrosoftAccount"
  implicit_access_token_issuance_enabled = true
}

resource "azuread_application_redirect_uris" "guarded" {
  application_id = azuread_application_registration.guarded.id
  type           = "Web"
  redirect_uris  = ["https://app.example.com/auth"]
}

resource "azuread_application_redirect_uris" "open" {
  application_id = azuread_application_registration.open.id
  type           = "Web"
  redirect_uris  = ["http://app.example.com/auth"]
}

resource "azuread_application_flexible_federated_identity_credential" "narrow" {
  application_id             = azuread_application_registration.guarded.id
  display_name               = "github"
  audience                   = "api://AzureADTokenExchange"
  issuer                     = "https://token.actions.githubusercontent.com"
  claims_matching_expression = "claims['sub'] matches 'repo:example/app:*'"
}

resource "azuread_application_flexible_federated_identity_credential" "any" {
  application_id             = azuread_application_registration.open.id
  display_name               = "any"
  audience                   = "api://AzureADTokenExchange"
  issuer                     = "https://token.actions.githubusercontent.com"
  claims_matching_expression = "claims['sub'] matches '*'"
}

resource "azuread_application_password" "short" {
  application_id    = azuread_application.guarded.id
  end_date_relative = "2160h"
  rotate_when_changed = {
    quarter = "2026q4"
  }
}

resource "azuread_application_password" "default" {
  application_id = azuread_application.guarded.id
}

resource "azuread_service_principal" "guarded" {
  client_id                    = azuread_application.guarded.client_id
  app_role_assignment_required = true
}

resource "azuread_service_principal" "open" {
  client_id = azuread_application.open.client_id
}

resource "azuread_service_principal_password" "short" {
  service_principal_id = azuread_service_principal.guarded.id
  end_date_relative    = "720h"
  rotate_when_changed = {
    month = "11"
  }
}

resource "azuread_service_principal_password" "dated" {
  service_principal_id = azuread_service_principal.guarded.id
  end_date             = "2099-01-01T00:00:00Z"
}

resource "azuread_application_certificate" "main" {
  application_id    = azuread_application.guarded.id
  type              = "AsymmetricX509Cert"
  value             = "MIIC5jCCAc6gAwIBAgIIOzEwNzY"
  end_date_relative = "4320h"
}

resource "azuread_service_principal_certificate" "main" {
  service_principal_id = azuread_service_principal.guarded.id
  type                 = "AsymmetricX509Cert"
  value                = "MIIC5jCCAc6gAwIBAgIIOzEwNzY"
  end_date_relative    = "4320h"
}

resource "azuread_synchronization_secret" "scim" {
  service_principal_id = azuread_service_principal.guarded.id
  credential {
    key   = "SecretToken"
    value = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqM"
  }
}

resource "azuread_conditional_access_policy" "mfa" {
  display_name = "mfa for everybody"
  state        = "enabled"
  conditions {
    client_app_types = ["all"]
    applications {
      included_applications = ["All"]
    }
    users {
      included_users = ["All"]
    }
  }
  grant_controls {
    operator          = "OR"
    built_in_controls = ["mfa"]
  }
}

resource "azuread_conditional_access_policy" "legacy" {
  display_name = "no legacy sign-in"
  state        = "enabledForReportingButNotEnforced"
  conditions {
    client_app_types = ["exchangeActiveSync", "other"]
    applications {
      included_applications = ["All"]
    }
    users {
      included_groups = ["g"]
    }
  }
  grant_controls {
    operator          = "OR"
    built_in_controls = ["block"]
  }
}

resource "azuread_authentication_strength_policy" "keys" {
  display_name         = "keys"
  allowed_combinations = ["fido2", "windowsHelloForBusiness"]
}

resource "azuread_authentication_strength_policy" "weak" {
  display_name         = "weak"
  allowed_combinations = ["password"]
}

resource "azuread_named_location" "office" {
  display_name = "office"
  ip {
    ip_ranges = ["192.0.2.0/24"]
    trusted   = true
  }
}

resource "azuread_directory_role" "global" {
  display_name = "Global Administrator"
}

resource "azuread_directory_role" "reader" {
  display_name = "Directory Readers"
}

resource "azuread_directory_role_member" "global" {
  role_object_id   = azuread_directory_role.global.object_id
  member_object_id = azuread_user.person.object_id
}

resource "azuread_directory_role_assignment" "global" {
  role_id             = "62e90394-69f5-4237-9190-012177145e10"
  principal_object_id = azuread_group.admins.object_id
}

resource "azuread_directory_role_assignment" "reader" {
  role_id             = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
  principal_object_id = azuread_group.admins.object_id
}

resource "azuread_custom_directory_role" "narrow" {
  display_name = "narrow"
  enabled      = true
  version      = "1.0"
  permissions {
    allowed_resource_actions = ["microsoft.directory/applications/basic/update"]
  }
}

resource "azuread_custom_directory_role" "wide" {
  display_name = "wide"
  enabled      = true
  version      = "1.0"
  permissions {
    allowed_resource_actions = ["microsoft.directory/applications/allEntities/allTasks"]
  }
}

resource "azuread_app_role_assignment" "graph" {
  app_role_id         = "r"
  principal_object_id = azuread_service_principal.guarded.object_id
  resource_object_id  = "graph"
}

resource "azuread_service_principal_delegated_permission_grant" "graph" {
  service_principal_object_id          = azuread_service_principal.guarded.object_id
  resource_service_principal_object_id = "graph"
  claim_values                         = ["User.Read"]
}

resource "azurerm_aadb2c_directory" "customers" {
  country_code            = "DE"
  data_residency_location = "Europe"
  display_name            = "customers"
  domain_name             = "customers.onmicrosoft.com"
  resource_group_name     = "rg"
  sku_name                = "PremiumP1"
}
