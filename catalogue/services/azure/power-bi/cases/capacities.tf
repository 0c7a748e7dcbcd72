resource "azurerm_fabric_capacity" "acme" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  sku {
    name = "F32"
    tier = "Fabric"
  }
}

resource "azurerm_powerbi_embedded" "acme" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "A1"
  administrators      = ["admin@acme.example"]
}

resource "azurerm_analysis_services_server" "good" {
  name                      = "acmegood"
  resource_group_name       = "acme"
  location                  = "westeurope"
  sku                       = "S0"
  backup_blob_container_uri = "https://acme.blob.core.windows.net/backup?sig=x"
  ipv4_firewall_rule {
    name        = "office"
    range_start = "192.0.2.1"
    range_end   = "192.0.2.9"
  }
}

resource "azurerm_analysis_services_server" "open" {
  name                = "acmeopen"
  resource_group_name = "acme"
  location            = "westeurope"
  sku                 = "S0"
}
