resource "azurerm_vmware_private_cloud" "closed" {
  name                = "closed"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "av36"
  network_subnet_cidr = "192.168.48.0/22"
  management_cluster {
    size = 3
  }
}

resource "azurerm_vmware_private_cloud" "open" {
  name                        = "open"
  location                    = "westeurope"
  resource_group_name         = "rg"
  sku_name                    = "av36"
  network_subnet_cidr         = "192.168.52.0/22"
  internet_connection_enabled = true
  vcenter_password            = "Geheim-9Kx2pQ7z"
  management_cluster {
    size = 3
  }
}

resource "azurerm_vmware_cluster" "second" {
  name               = "second"
  vmware_cloud_id    = azurerm_vmware_private_cloud.closed.id
  cluster_node_count = 3
  sku_name           = "av36"
}
