resource "azurerm_container_registry" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  sku                 = "Premium"
}

resource "azurerm_kubernetes_cluster" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "k"
  local_account_disabled = true
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 1
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_web_app" "c" {
  name                = "c"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "/subscriptions/x/serverFarms/p"
  ftp_publish_basic_authentication_enabled = false
  webdeploy_publish_basic_authentication_enabled = false
  site_config {
  }
}
