resource "azurerm_dashboard_grafana" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  grafana_major_version         = "11"
  public_network_access_enabled = false
  zone_redundancy_enabled       = true
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_dashboard_grafana" "open" {
  name                  = "acme-open"
  resource_group_name   = "acme"
  location              = "westeurope"
  grafana_major_version = "11"
  api_key_enabled       = true
  smtp {
    enabled          = true
    host             = "mail.acme.example:25"
    user             = "grafana"
    password         = "correct-horse-battery-9"
    start_tls_policy = "NoStartTLS"
    from_address     = "grafana@acme.example"
  }
}
