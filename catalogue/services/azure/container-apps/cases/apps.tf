resource "azurerm_container_app_environment" "guarded" {
  name                           = "guarded"
  location                       = "westeurope"
  resource_group_name            = "rg"
  log_analytics_workspace_id     = "/subscriptions/x/workspaces/logs"
  infrastructure_subnet_id       = "/subscriptions/x/subnets/apps"
  internal_load_balancer_enabled = true
  mutual_tls_enabled             = true
  zone_redundancy_enabled        = true
  public_network_access          = "Disabled"
}

resource "azurerm_container_app_environment" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_container_app" "guarded" {
  name                         = "guarded"
  resource_group_name          = "rg"
  container_app_environment_id = azurerm_container_app_environment.guarded.id
  revision_mode                = "Single"
  ingress {
    target_port             = 8080
    client_certificate_mode = "require"
    traffic_weight {
      percentage      = 100
      latest_revision = true
    }
  }
  secret {
    name                = "db"
    key_vault_secret_id = "https://v.vault.azure.net/secrets/db"
    identity            = "System"
  }
  template {
    min_replicas = 2
    container {
      name   = "app"
      image  = "acr.azurecr.io/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      cpu    = 0.5
      memory = "1Gi"
      liveness_probe {
        port      = 8080
        transport = "HTTP"
      }
    }
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_container_app" "open" {
  name                         = "open"
  resource_group_name          = "rg"
  container_app_environment_id = azurerm_container_app_environment.plain.id
  revision_mode                = "Single"
  ingress {
    external_enabled           = true
    allow_insecure_connections = true
    target_port                = 8080
    client_certificate_mode    = "ignore"
    cors {
      allowed_origins = ["*"]
    }
    traffic_weight {
      percentage      = 100
      latest_revision = true
    }
  }
  template {
    container {
      name   = "app"
      image  = "docker.io/example/app:latest"
      cpu    = 0.5
      memory = "1Gi"
      env {
        name  = "DB_PASSWORD"
        value = "Geheim-9Kx2pQ7z"
      }
    }
  }
}

resource "azurerm_container_app" "office" {
  name                         = "office"
  resource_group_name          = "rg"
  container_app_environment_id = azurerm_container_app_environment.plain.id
  revision_mode                = "Single"
  ingress {
    external_enabled = true
    target_port      = 8080
    ip_security_restriction {
      name             = "office"
      action           = "Allow"
      ip_address_range = "192.0.2.0/24"
    }
    traffic_weight {
      percentage      = 100
      latest_revision = true
    }
  }
  template {
    container {
      name   = "app"
      image  = "docker.io/example/app:latest"
      cpu    = 0.5
      memory = "1Gi"
    }
  }
}

resource "azurerm_container_app_job" "guarded" {
  name                         = "guarded"
  location                     = "westeurope"
  resource_group_name          = "rg"
  container_app_environment_id = azurerm_container_app_environment.guarded.id
  replica_timeout_in_seconds   = 600
  template {
    container {
      name   = "job"
      image  = "acr.azurecr.io/job@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      cpu    = 0.5
      memory = "1Gi"
    }
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_container_app_job" "plain" {
  name                         = "plain"
  location                     = "westeurope"
  resource_group_name          = "rg"
  container_app_environment_id = azurerm_container_app_environment.plain.id
  replica_timeout_in_seconds   = 600
  secret {
    name  = "token"
    value = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
  }
  template {
    container {
      name   = "job"
      image  = "docker.io/example/job:1"
      cpu    = 0.5
      memory = "1Gi"
    }
  }
}

variable "certificate_password" {
  type      = string
  sensitive = true
}

resource "azurerm_container_app_environment_certificate" "web" {
  name                         = "web"
  container_app_environment_id = azurerm_container_app_environment.plain.id
  certificate_blob_base64      = "MIIKcQIBAzCCCi0GCSqGSIb3DQEHAaCCCh4E"
  certificate_password         = var.certificate_password
}

resource "azurerm_container_app_environment_dapr_component" "state" {
  name                         = "state"
  container_app_environment_id = azurerm_container_app_environment.plain.id
  component_type               = "state.redis"
  version                      = "v1"
  metadata {
    name  = "redisPassword"
    value = "Geheim-9Kx2pQ7z"
  }
}

resource "azurerm_container_app_environment_storage" "share" {
  name                         = "share"
  container_app_environment_id = azurerm_container_app_environment.plain.id
  account_name                 = "acct"
  share_name                   = "share"
  access_mode                  = "ReadOnly"
  access_key                   = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
}
