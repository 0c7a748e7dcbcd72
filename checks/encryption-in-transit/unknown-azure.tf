variable "setting" {}

resource "azurerm_storage_account" "data" {
  name                       = "acmedata"
  resource_group_name        = "acme"
  location                   = "westeurope"
  account_tier               = "Standard"
  account_replication_type   = "LRS"
  https_traffic_only_enabled = var.setting
}

resource "azurerm_redis_cache" "sessions" {
  name                 = "acme-sessions"
  resource_group_name  = "acme"
  location             = "westeurope"
  capacity             = 1
  family               = "C"
  sku_name             = "Standard"
  non_ssl_port_enabled = var.setting
}
