resource "azurerm_static_web_app" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  sku_tier                      = "Standard"
  public_network_access_enabled = false
  basic_auth {
    environments = "AllEnvironments"
    password     = var.password
  }
  identity {
    type = "SystemAssigned"
  }
}

variable "password" {
  type      = string
  sensitive = true
}

resource "azurerm_static_web_app" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  repository_url      = "https://github.com/example/site"
  repository_branch   = "main"
  repository_token    = "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
}

resource "azurerm_static_site" "legacy" {
  name                = "legacy"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_static_site" "identity" {
  name                = "identity"
  location            = "westeurope"
  resource_group_name = "rg"
  identity {
    type = "SystemAssigned"
  }
}
