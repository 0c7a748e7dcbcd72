variable "kubernetes" {
  type = string
}

resource "azurerm_kubernetes_cluster" "a" {
  name                = "a"
  location            = "westeurope"
  resource_group_name = "rg"
  dns_prefix          = "a"
  kubernetes_version  = var.kubernetes
  default_node_pool {
    name    = "system"
    vm_size = "Standard_D4s_v5"
  }
  identity {
    type = "SystemAssigned"
  }
}
