resource "azurerm_lighthouse_definition" "careful" {
  name               = "careful"
  managing_tenant_id = "00000000-0000-0000-0000-0000000000bb"
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  authorization {
    principal_id       = "00000000-0000-0000-0000-0000000000cc"
    role_definition_id = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
  }
  eligible_authorization {
    principal_id       = "00000000-0000-0000-0000-0000000000cc"
    role_definition_id = "b24988ac-6180-42a0-ab88-20f7382dd24c"
    just_in_time_access_policy {
      multi_factor_auth_provider = "Azure"
    }
  }
}

resource "azurerm_lighthouse_definition" "plain" {
  name               = "plain"
  managing_tenant_id = "00000000-0000-0000-0000-0000000000bb"
  scope              = "/subscriptions/00000000-0000-0000-0000-000000000001"
  authorization {
    principal_id       = "00000000-0000-0000-0000-0000000000cc"
    role_definition_id = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
  }
  eligible_authorization {
    principal_id       = "00000000-0000-0000-0000-0000000000cc"
    role_definition_id = "b24988ac-6180-42a0-ab88-20f7382dd24c"
  }
}

resource "azurerm_lighthouse_assignment" "careful" {
  scope                    = "/subscriptions/00000000-0000-0000-0000-000000000001"
  lighthouse_definition_id = azurerm_lighthouse_definition.careful.id
}
