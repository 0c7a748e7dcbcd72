resource "azurerm_kubernetes_cluster" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "k"
  network_profile {
    network_plugin = "azure"
    network_policy = "cilium"
  }
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 1
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster" "b" {
  name                = "b"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "k"
  network_profile {
    network_plugin = "azure"
    network_policy = "calico"
  }
  default_node_pool {
    name       = "system"
    vm_size    = "Standard_D4s_v5"
    node_count = 1
  }
  identity {
    type = "SystemAssigned"
  }
}
