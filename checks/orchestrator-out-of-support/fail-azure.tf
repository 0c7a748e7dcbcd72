resource "azurerm_kubernetes_cluster" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "a"
  kubernetes_version  = "1.29.4"
  default_node_pool {
    name    = "system"
    vm_size = "Standard_D4s_v5"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "a" {
  name                  = "work"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.a.id
  vm_size               = "Standard_D4s_v5"
  orchestrator_version  = "1.29.4"
}
