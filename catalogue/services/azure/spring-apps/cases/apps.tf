variable "insights" {
  type      = string
  sensitive = true
}

resource "azurerm_spring_cloud_service" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "S0"
  zone_redundant      = true
  network {
    app_subnet_id             = "/subscriptions/x/subnets/apps"
    service_runtime_subnet_id = "/subscriptions/x/subnets/runtime"
    cidr_ranges               = ["10.4.0.0/16", "10.5.0.0/16", "10.3.0.1/16"]
  }
  trace {
    connection_string = "InstrumentationKey=00000000-0000-0000-0000-000000000001"
  }
}

resource "azurerm_spring_cloud_service" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  config_server_git_setting {
    uri = "https://git.example.com/config"
    http_basic_auth {
      username = "config"
      password = "Geheim-9Kx2pQ7z"
    }
  }
}

resource "azurerm_spring_cloud_app" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  service_name        = azurerm_spring_cloud_service.guarded.name
  https_only          = true
  tls_enabled         = true
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_spring_cloud_app" "open" {
  name                = "open"
  resource_group_name = "rg"
  service_name        = azurerm_spring_cloud_service.open.name
  is_public           = true
}

resource "azurerm_spring_cloud_app" "built" {
  name                = "built"
  resource_group_name = "rg"
  service_name        = azurerm_spring_cloud_service.open.name
}

resource "azurerm_spring_cloud_app" "digest" {
  name                = "digest"
  resource_group_name = "rg"
  service_name        = azurerm_spring_cloud_service.open.name
}

resource "azurerm_spring_cloud_java_deployment" "guarded" {
  name                = "default"
  spring_cloud_app_id = azurerm_spring_cloud_app.guarded.id
  instance_count      = 2
  runtime_version     = "Java_17"
}

resource "azurerm_spring_cloud_container_deployment" "open" {
  name                = "default"
  spring_cloud_app_id = azurerm_spring_cloud_app.open.id
  server              = "docker.io"
  image               = "example/app:latest"
  environment_variables = {
    DB_PASSWORD = "Geheim-9Kx2pQ7z"
  }
}

resource "azurerm_spring_cloud_container_deployment" "digest" {
  name                = "default"
  spring_cloud_app_id = azurerm_spring_cloud_app.digest.id
  server              = "docker.io"
  image               = "example/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

resource "azurerm_spring_cloud_build_deployment" "built" {
  name                = "default"
  spring_cloud_app_id = azurerm_spring_cloud_app.built.id
  build_result_id     = "<default>"
  instance_count      = 2
}

resource "azurerm_spring_cloud_gateway" "guarded" {
  name                    = "default"
  spring_cloud_service_id = azurerm_spring_cloud_service.guarded.id
  https_only              = true
  sso {
    client_id     = "00000000-0000-0000-0000-000000000001"
    client_secret = var.insights
    issuer_uri    = "https://login.microsoftonline.com/x/v2.0"
  }
}

resource "azurerm_spring_cloud_gateway" "open" {
  name                          = "default"
  spring_cloud_service_id       = azurerm_spring_cloud_service.open.id
  public_network_access_enabled = true
  cors {
    allowed_origins = ["*"]
  }
}
