resource "azurerm_nginx_deployment" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "standardv2_Monthly"
  frontend_private {
    allocation_method = "Static"
    ip_address        = "10.0.0.9"
    subnet_id         = "/subscriptions/x/subnets/nginx"
  }
  network_interface {
    subnet_id = "/subscriptions/x/subnets/nginx"
  }
  web_application_firewall {
    activation_state_enabled = true
  }
  logging_storage_account {
    name           = "acct"
    container_name = "logs"
  }
}

resource "azurerm_nginx_deployment" "open" {
  name                      = "open"
  location                  = "westeurope"
  resource_group_name       = "rg"
  sku                       = "standardv2_Monthly"
  automatic_upgrade_channel = "preview"
  frontend_public {
    ip_address = ["/subscriptions/x/publicIPAddresses/nginx"]
  }
}

resource "azurerm_nginx_configuration" "open" {
  nginx_deployment_id = azurerm_nginx_deployment.open.id
  root_file           = "/etc/nginx/nginx.conf"
  config_file {
    content      = "aHR0cCB7IHByb3h5X3NldF9oZWFkZXIgQXV0aG9yaXphdGlvbiAiQmFzaWMgYWRtaW46R2VoZWltIjsgfQ=="
    virtual_path = "/etc/nginx/nginx.conf"
  }
}

resource "azurerm_nginx_api_key" "ci" {
  name                = "ci"
  nginx_deployment_id = azurerm_nginx_deployment.open.id
  end_date_time       = "2027-01-01T00:00:00Z"
  secret_text         = "Geheim-9Kx2pQ7z"
}

resource "azurerm_nginx_certificate" "web" {
  name                     = "web"
  nginx_deployment_id      = azurerm_nginx_deployment.open.id
  key_vault_secret_id      = "https://v.vault.azure.net/secrets/cert"
  certificate_virtual_path = "/etc/nginx/cert.pem"
  key_virtual_path         = "/etc/nginx/key.pem"
}
