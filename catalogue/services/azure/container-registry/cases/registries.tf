resource "azurerm_container_registry" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  sku                           = "Premium"
  public_network_access_enabled = false
  quarantine_policy_enabled     = true
  retention_policy_in_days      = 30
  zone_redundancy_enabled       = true
  georeplications {
    location = "northeurope"
  }
  encryption {
    key_vault_key_id   = "https://v.vault.azure.net/keys/acr/1"
    identity_client_id = "00000000-0000-0000-0000-000000000001"
  }
}

resource "azurerm_container_registry" "open" {
  name                   = "open"
  location               = "westeurope"
  resource_group_name    = "rg"
  sku                    = "Standard"
  admin_enabled          = true
  anonymous_pull_enabled = true
}

resource "azurerm_container_registry" "office" {
  name                = "office"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
  network_rule_set {
    default_action = "Deny"
    ip_rule {
      action   = "Allow"
      ip_range = "192.0.2.0/24"
    }
  }
}

resource "azurerm_container_registry_task" "rebuilds" {
  name                  = "rebuilds"
  container_registry_id = azurerm_container_registry.guarded.id
  platform {
    os = "Linux"
  }
  base_image_trigger {
    name    = "base"
    type    = "Runtime"
    enabled = true
  }
  docker_step {
    dockerfile_path      = "Dockerfile"
    context_path         = "https://github.com/example/app"
    context_access_token = var.token
  }
  identity {
    type = "SystemAssigned"
  }
}

variable "token" {
  type      = string
  sensitive = true
}

resource "azurerm_container_registry_task" "plain" {
  name                  = "plain"
  container_registry_id = azurerm_container_registry.open.id
  platform {
    os = "Linux"
  }
  docker_step {
    dockerfile_path      = "Dockerfile"
    context_path         = "https://github.com/example/app"
    context_access_token = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
  }
}

resource "azurerm_container_registry_token" "ci" {
  name                    = "ci"
  resource_group_name     = "rg"
  container_registry_name = azurerm_container_registry.guarded.name
  scope_map_id            = "/subscriptions/x/scopeMaps/push"
}

resource "azurerm_container_registry_token" "off" {
  name                    = "off"
  resource_group_name     = "rg"
  container_registry_name = azurerm_container_registry.guarded.name
  scope_map_id            = "/subscriptions/x/scopeMaps/push"
  enabled                 = false
}

resource "azurerm_container_registry_token_password" "ci" {
  container_registry_token_id = azurerm_container_registry_token.ci.id
  password1 {
    expiry = "2027-01-01T00:00:00Z"
  }
}
