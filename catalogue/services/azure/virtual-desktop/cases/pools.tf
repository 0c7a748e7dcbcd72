resource "azurerm_virtual_desktop_host_pool" "guarded" {
  name                  = "guarded"
  location              = "westeurope"
  resource_group_name   = "rg"
  type                  = "Pooled"
  load_balancer_type    = "BreadthFirst"
  public_network_access = "Disabled"
  custom_rdp_properties = "redirectclipboard:i:0;redirectprinters:i:0;drivestoredirect:s:;"
  scheduled_agent_updates {
    enabled = true
    schedule {
      day_of_week = "Saturday"
      hour_of_day = 2
    }
  }
}

resource "azurerm_virtual_desktop_host_pool" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  type                = "Pooled"
  load_balancer_type  = "BreadthFirst"
}

resource "azurerm_virtual_desktop_host_pool_registration_info" "plain" {
  hostpool_id     = azurerm_virtual_desktop_host_pool.plain.id
  expiration_date = "2027-01-01T00:00:00Z"
}

resource "azurerm_virtual_desktop_workspace" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  public_network_access_enabled = false
}

resource "azurerm_virtual_desktop_workspace" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
}
