resource "azurerm_linux_web_app" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  logs {
    http_logs {
      file_system {
        retention_in_days = 30
        retention_in_mb   = 50
      }
    }
    application_logs {
      file_system_level = "Warning"
    }
  }
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
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

resource "azurerm_linux_web_app" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
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

resource "azurerm_linux_web_app" "image" {
  name                = "image"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      docker_image_name   = "team/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      docker_registry_url = "https://acr.azurecr.io"
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

resource "azurerm_linux_web_app" "office" {
  name                = "office"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
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
      docker_image_name = "team/app:latest"
    }
  }
}

resource "azurerm_linux_web_app_slot" "guarded" {
  name = "guarded"
  app_service_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  logs {
    http_logs {
      file_system {
        retention_in_days = 30
        retention_in_mb   = 50
      }
    }
    application_logs {
      file_system_level = "Warning"
    }
  }
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      node_version = "20-lts"
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

resource "azurerm_linux_web_app_slot" "open" {
  name = "open"
  app_service_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      node_version = "20-lts"
    }
  }
}

resource "azurerm_linux_web_app_slot" "image" {
  name = "image"
  app_service_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      docker_image_name   = "team/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      docker_registry_url = "https://acr.azurecr.io"
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

resource "azurerm_linux_web_app_slot" "office" {
  name = "office"
  app_service_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
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
      docker_image_name = "team/app:latest"
    }
  }
}

resource "azurerm_windows_web_app" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  logs {
    http_logs {
      file_system {
        retention_in_days = 30
        retention_in_mb   = 50
      }
    }
    application_logs {
      file_system_level = "Warning"
    }
  }
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
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

resource "azurerm_windows_web_app" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
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

resource "azurerm_windows_web_app" "image" {
  name                = "image"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      docker_image_name   = "team/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      docker_registry_url = "https://acr.azurecr.io"
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

resource "azurerm_windows_web_app" "office" {
  name                = "office"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
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
      docker_image_name = "team/app:latest"
    }
  }
}

resource "azurerm_windows_web_app_slot" "guarded" {
  name = "guarded"
  app_service_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  logs {
    http_logs {
      file_system {
        retention_in_days = 30
        retention_in_mb   = 50
      }
    }
    application_logs {
      file_system_level = "Warning"
    }
  }
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      php_version = "8.2"
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

resource "azurerm_windows_web_app_slot" "open" {
  name = "open"
  app_service_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  site_config {
    minimum_tls_version      = "1.0"
    ftps_state               = "AllAllowed"
    remote_debugging_enabled = true
    cors {
      allowed_origins = ["*"]
    }
    application_stack {
      php_version = "8.2"
    }
  }
}

resource "azurerm_windows_web_app_slot" "image" {
  name = "image"
  app_service_id = "/subscriptions/x/sites/parent"
  https_only                    = true
  public_network_access_enabled = false
  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false
  site_config {
    minimum_tls_version = "1.3"
    ftps_state          = "FtpsOnly"
    health_check_path   = "/health"
    health_check_eviction_time_in_min = 5
    application_stack {
      docker_image_name   = "team/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      docker_registry_url = "https://acr.azurecr.io"
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

resource "azurerm_windows_web_app_slot" "office" {
  name = "office"
  app_service_id = "/subscriptions/x/sites/parent"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
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
      docker_image_name = "team/app:latest"
    }
  }
}

resource "azurerm_app_service" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only          = true
  logs {
    http_logs {
      file_system {
        retention_in_days = 30
        retention_in_mb   = 50
      }
    }
    application_logs {
      file_system_level = "Warning"
    }
  }
  site_config {
    min_tls_version   = "1.2"
    ftps_state        = "Disabled"
    linux_fx_version  = "PYTHON|3.11"
    health_check_path = "/health"
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

resource "azurerm_app_service" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  site_config {
    min_tls_version  = "1.0"
    remote_debugging_enabled = true
    linux_fx_version = "DOCKER|team/app:latest"
    cors {
      allowed_origins = ["*"]
    }
  }
}

resource "azurerm_app_service_slot" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  app_service_name    = azurerm_app_service.guarded.name
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  https_only          = true
  logs {
    http_logs {
      file_system {
        retention_in_days = 30
        retention_in_mb   = 50
      }
    }
    application_logs {
      file_system_level = "Warning"
    }
  }
  site_config {
    min_tls_version   = "1.2"
    ftps_state        = "Disabled"
    linux_fx_version  = "PYTHON|3.11"
    health_check_path = "/health"
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

resource "azurerm_app_service_slot" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  app_service_name    = azurerm_app_service.guarded.name
  app_service_plan_id = "/subscriptions/x/serverFarms/p"
  app_settings = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
  site_config {
    min_tls_version  = "1.0"
    remote_debugging_enabled = true
    linux_fx_version = "DOCKER|team/app:latest"
    cors {
      allowed_origins = ["*"]
    }
  }
}

resource "azurerm_service_plan" "spread" {
  name                   = "spread"
  location               = "westeurope"
  resource_group_name    = "rg"
  os_type                = "Linux"
  sku_name               = "P1v3"
  worker_count           = 3
  zone_balancing_enabled = true
}

resource "azurerm_service_plan" "single" {
  name                = "single"
  location            = "westeurope"
  resource_group_name = "rg"
  os_type             = "Linux"
  sku_name            = "B1"
}

resource "azurerm_app_service_plan" "spread" {
  name                = "spread"
  location            = "westeurope"
  resource_group_name = "rg"
  zone_redundant      = true
  sku {
    tier     = "PremiumV3"
    size     = "P1v3"
    capacity = 3
  }
}

resource "azurerm_app_service_plan" "single" {
  name                = "single"
  location            = "westeurope"
  resource_group_name = "rg"
  sku {
    tier = "Basic"
    size = "B1"
  }
}

resource "azurerm_app_service_environment_v3" "inside" {
  name                         = "inside"
  resource_group_name          = "rg"
  subnet_id                    = "/subscriptions/x/subnets/ase"
  internal_load_balancing_mode = "Web, Publishing"
  zone_redundant               = true
  cluster_setting {
    name  = "InternalEncryption"
    value = "true"
  }
}

resource "azurerm_app_service_environment_v3" "outside" {
  name                     = "outside"
  resource_group_name      = "rg"
  subnet_id                = "/subscriptions/x/subnets/ase"
  remote_debugging_enabled = true
}

resource "azurerm_app_service_virtual_network_swift_connection" "guarded" {
  app_service_id = azurerm_linux_web_app.guarded.id
  subnet_id      = "/subscriptions/x/subnets/out"
}

resource "azurerm_app_service_certificate" "web" {
  name                = "web"
  location            = "westeurope"
  resource_group_name = "rg"
  pfx_blob            = "MIIKcQIBAzCCCi0GCSqGSIb3DQEHAaCCCh4E"
  password            = "Geheim-9Kx2pQ7z"
}

resource "azurerm_app_service_managed_certificate" "managed" {
  custom_hostname_binding_id = "/subscriptions/x/hostNameBindings/www"
}

resource "azurerm_app_service_certificate_order" "strong" {
  name                = "strong"
  location            = "global"
  resource_group_name = "rg"
  distinguished_name  = "CN=example.com"
  key_size            = 4096
}

resource "azurerm_app_service_certificate_order" "weak" {
  name                = "weak"
  location            = "global"
  resource_group_name = "rg"
  distinguished_name  = "CN=example.com"
  key_size            = 1024
}

resource "azurerm_app_service_environment" "inside" {
  name                         = "inside"
  resource_group_name          = "rg"
  subnet_id                    = "/subscriptions/x/subnets/ase"
  internal_load_balancing_mode = "Web, Publishing"
}

resource "azurerm_app_service_environment" "outside" {
  name                = "outside"
  resource_group_name = "rg"
  subnet_id           = "/subscriptions/x/subnets/ase"
}
