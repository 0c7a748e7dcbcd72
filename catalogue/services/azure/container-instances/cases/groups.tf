resource "azurerm_container_group" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  os_type             = "Linux"
  ip_address_type     = "Private"
  subnet_ids          = ["/subscriptions/x/subnets/aci"]
  key_vault_key_id    = "https://v.vault.azure.net/keys/aci/1"
  container {
    name   = "app"
    image  = "acr.azurecr.io/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    cpu    = 1
    memory = 1
    liveness_probe {
      http_get {
        path = "/"
        port = 8080
      }
    }
  }
  identity {
    type = "SystemAssigned"
  }
  diagnostics {
    log_analytics {
      workspace_id  = "00000000-0000-0000-0000-000000000001"
      workspace_key = var.workspace_key
    }
  }
}

variable "workspace_key" {
  type      = string
  sensitive = true
}

resource "azurerm_container_group" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  os_type             = "Linux"
  container {
    name   = "app"
    image  = "docker.io/example/app:latest"
    cpu    = 1
    memory = 1
    environment_variables = {
      DB_PASSWORD = "Geheim-9Kx2pQ7z"
    }
    security {
      privilege_enabled = true
    }
  }
}
