resource "azurerm_linux_function_app" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  storage_account_name          = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_insights_connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
    app_scale_limit                        = 10
    application_stack {
      python_version = "3.12"
    }
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_function_app" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  storage_account_name       = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      python_version = "3.12"
    }
  }
}

resource "azurerm_linux_function_app" "image" {
  name                = "image"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  storage_account_name          = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      docker {
        registry_url = "https://acr.azurecr.io"
        image_name   = "team/f"
        image_tag    = "1.2.3@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_function_app" "tagged" {
  name                = "tagged"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  storage_account_name       = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    ip_restriction_default_action = "Deny"
    ip_restriction {
      name       = "office"
      action     = "Allow"
      ip_address = "192.0.2.0/24"
    }
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      docker {
        registry_url = "https://acr.azurecr.io"
        image_name   = "team/f"
        image_tag    = "1.2.3"
      }
    }
  }
}

resource "azurerm_linux_function_app_slot" "guarded" {
  name = "guarded"
  function_app_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  storage_account_name          = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_insights_connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
    app_scale_limit                        = 10
    application_stack {
      node_version = "20"
    }
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_function_app_slot" "open" {
  name = "open"
  function_app_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  storage_account_name       = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      node_version = "20"
    }
  }
}

resource "azurerm_linux_function_app_slot" "image" {
  name = "image"
  function_app_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  storage_account_name          = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      docker {
        registry_url = "https://acr.azurecr.io"
        image_name   = "team/f"
        image_tag    = "1.2.3@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_function_app_slot" "tagged" {
  name = "tagged"
  function_app_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  storage_account_name       = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    ip_restriction_default_action = "Deny"
    ip_restriction {
      name       = "office"
      action     = "Allow"
      ip_address = "192.0.2.0/24"
    }
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      docker {
        registry_url = "https://acr.azurecr.io"
        image_name   = "team/f"
        image_tag    = "1.2.3"
      }
    }
  }
}

resource "azurerm_windows_function_app" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  storage_account_name          = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_insights_connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
    app_scale_limit                        = 10
    application_stack {
      dotnet_version = "v8.0"
    }
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_windows_function_app" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  storage_account_name       = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      dotnet_version = "v8.0"
    }
  }
}

resource "azurerm_windows_function_app_slot" "guarded" {
  name = "guarded"
  function_app_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  storage_account_name          = "acct"
  storage_uses_managed_identity = true
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_insights_connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
    app_scale_limit                        = 10
    application_stack {
      powershell_core_version = "7.4"
    }
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_windows_function_app_slot" "open" {
  name = "open"
  function_app_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  storage_account_name       = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      powershell_core_version = "7.4"
    }
  }
}

resource "azurerm_function_app_slot" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  function_app_name   = azurerm_function_app.guarded.name
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  https_only          = true
  site_config {
    min_tls_version   = "1.2"
    ftps_state        = "Disabled"
    linux_fx_version  = "PYTHON|3.11"
    health_check_path = "/health"
    app_scale_limit = 10
    ip_restriction {
      ip_address = "192.0.2.0/24"
    }
  }
  auth_settings {
    enabled                       = true
    unauthenticated_client_action = "RedirectToLoginPage"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_function_app_slot" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  function_app_name   = azurerm_function_app.guarded.name
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  site_config {
    min_tls_version  = "1.0"
    linux_fx_version = "DOCKER|team/app:latest"
    cors {
      allowed_origins = ["*"]
    }
  }
}

resource "azurerm_function_app" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  https_only          = true
  site_config {
    min_tls_version   = "1.2"
    ftps_state        = "Disabled"
    linux_fx_version  = "PYTHON|3.11"
    health_check_path = "/health"
    app_scale_limit = 10
    ip_restriction {
      ip_address = "192.0.2.0/24"
    }
  }
  auth_settings {
    enabled                       = true
    unauthenticated_client_action = "RedirectToLoginPage"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_function_app" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  storage_account_name = "acct"
  storage_account_access_key = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  site_config {
    min_tls_version  = "1.0"
    linux_fx_version = "DOCKER|team/app:latest"
    cors {
      allowed_origins = ["*"]
    }
  }
}

resource "azurerm_function_app_flex_consumption" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  service_plan_id               = "/subscriptions/x/serverFarms/flex"
  storage_container_type        = "blobContainer"
  storage_container_endpoint    = "https://acct.blob.core.windows.net/code"
  storage_authentication_type   = "SystemAssignedIdentity"
  runtime_name                  = "python"
  runtime_version               = "3.12"
  https_only                    = true
  public_network_access_enabled = false
  webdeploy_publish_basic_authentication_enabled = false
  site_config {
    minimum_tls_version                    = "1.3"
    health_check_path                      = "/health"
    health_check_eviction_time_in_min      = 5
    application_insights_connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
  }
  auth_settings_v2 {
    auth_enabled           = true
    require_authentication = true
    login {}
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_function_app_flex_consumption" "open" {
  name                        = "open"
  location                    = "westeurope"
  resource_group_name         = "rg"
  service_plan_id             = "/subscriptions/x/serverFarms/flex"
  storage_container_type      = "blobContainer"
  storage_container_endpoint  = "https://acct.blob.core.windows.net/code"
  storage_authentication_type = "StorageAccountConnectionString"
  storage_access_key          = "kD8s9Jf3mQ0xv7LzT2wYc5RbN1hUoE6gApVtXiWsZqMCrBnKyGdHfJl4PeOuIa3S=="
  runtime_name                = "node"
  runtime_version             = "22"
  site_config {
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
  }
}

resource "azurerm_function_app_function" "flex" {
  name            = "flex"
  function_app_id = azurerm_function_app_flex_consumption.guarded.id
  config_json = jsonencode({
    bindings = [{ authLevel = "function", direction = "in", name = "req", type = "httpTrigger" }]
  })
}

resource "azurerm_function_app_function" "flex_anonymous" {
  name            = "flex"
  function_app_id = azurerm_function_app_flex_consumption.open.id
  config_json = jsonencode({
    bindings = [{ authLevel = "anonymous", direction = "in", name = "req", type = "httpTrigger" }]
  })
}

resource "azurerm_function_app_function" "windows" {
  name            = "windows"
  function_app_id = azurerm_windows_function_app.guarded.id
  config_json = jsonencode({
    bindings = [{ authLevel = "function", direction = "in", name = "req", type = "httpTrigger" }]
  })
}

resource "azurerm_function_app_function" "windows_anonymous" {
  name            = "windows"
  function_app_id = azurerm_windows_function_app.open.id
  config_json = jsonencode({
    bindings = [{ authLevel = "anonymous", direction = "in", name = "req", type = "httpTrigger" }]
  })
}

resource "azurerm_function_app_function" "keyed" {
  name            = "keyed"
  function_app_id = azurerm_linux_function_app.guarded.id
  language        = "Python"
  config_json = jsonencode({
    bindings = [
      { authLevel = "function", direction = "in", methods = ["get"], name = "req", type = "httpTrigger" },
      { direction = "out", name = "$return", type = "http" },
    ]
  })
}

resource "azurerm_function_app_function" "anonymous" {
  name            = "anonymous"
  function_app_id = azurerm_linux_function_app.open.id
  language        = "Javascript"
  config_json = jsonencode({
    bindings = [
      { authLevel = "anonymous", direction = "in", methods = ["get"], name = "req", type = "httpTrigger" },
    ]
  })
}
