variable "setting" {}

resource "azurerm_storage_account" "data" {
  name                     = "acmedata"
  resource_group_name      = "acme"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  min_tls_version          = var.setting
}

resource "azurerm_mssql_server" "bills" {
  name                = "acme-bills"
  resource_group_name = "acme"
  location            = "westeurope"
  version             = "12.0"
  minimum_tls_version = var.setting
}

resource "azurerm_eventhub_namespace" "events" {
  name                = "acme-events"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "Standard"
  minimum_tls_version = var.setting
}

resource "azurerm_redis_cache" "sessions" {
  name                = "acme-sessions"
  resource_group_name = "acme"
  location            = "westeurope"
  capacity            = 1
  family              = "C"
  sku_name            = "Standard"
  minimum_tls_version = var.setting
}
