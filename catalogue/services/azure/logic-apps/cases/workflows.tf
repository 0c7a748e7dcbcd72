variable "key" {
  type      = string
  sensitive = true
}

resource "azurerm_logic_app_workflow" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  access_control {
    trigger {
      allowed_caller_ip_address_range = ["192.0.2.0/24"]
      open_authentication_policy {
        name = "entra"
        claim {
          name  = "iss"
          value = "https://sts.windows.net/00000000-0000-0000-0000-000000000001/"
        }
      }
    }
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_logic_app_workflow" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_logic_app_trigger_http_request" "open" {
  name         = "request"
  logic_app_id = azurerm_logic_app_workflow.open.id
  schema       = "{}"
}

resource "azurerm_logic_app_action_http" "call" {
  name         = "call"
  logic_app_id = azurerm_logic_app_workflow.open.id
  method       = "POST"
  uri          = "https://api.example.com"
  headers = {
    Authorization = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
  }
}

resource "azurerm_logic_app_standard" "guarded" {
  name                       = "guarded"
  location                   = "westeurope"
  resource_group_name        = "rg"
  app_service_plan_id        = "/subscriptions/x/serverFarms/p"
  storage_account_name       = "acct"
  storage_account_access_key = var.key
  https_only                 = true
  public_network_access      = "Disabled"
  ftp_publish_basic_authentication_enabled = false
  scm_publish_basic_authentication_enabled = false
  site_config {
    min_tls_version = "1.2"
    ftps_state      = "Disabled"
    ip_restriction {
      ip_address = "192.0.2.0/24"
    }
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_logic_app_standard" "open" {
  name                       = "open"
  location                   = "westeurope"
  resource_group_name        = "rg"
  app_service_plan_id        = "/subscriptions/x/serverFarms/p"
  storage_account_name       = "acct"
  storage_account_access_key = var.key
  site_config {
    min_tls_version = "1.0"
    cors {
      allowed_origins = ["*"]
    }
  }
}

resource "azurerm_logic_app_integration_account" "b2b" {
  name                = "b2b"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "Standard"
}

resource "azurerm_api_connection" "sql" {
  name                = "sql"
  resource_group_name = "rg"
  managed_api_id      = "/subscriptions/x/managedApis/sql"
  parameter_values = {
    server   = "db.example.com"
    password = "Geheim-9Kx2pQ7z"
  }
}
