resource "azurerm_hpc_cache" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  cache_size_in_gb    = 3072
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hpc"
  sku_name            = "Standard_2G"
  key_vault_key_id    = "https://acme.vault.azure.net/keys/acme"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"]
  }
}

resource "azurerm_hpc_cache" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  cache_size_in_gb    = 3072
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hpc"
  sku_name            = "Standard_2G"
  directory_active_directory {
    dns_primary_ip      = "10.0.0.4"
    domain_name         = "acme.example"
    cache_netbios_name  = "cache"
    domain_netbios_name = "acme"
    username            = "join"
    password            = "correct-horse-battery-9"
  }
}

resource "azurerm_managed_lustre_file_system" "good" {
  name                   = "good"
  resource_group_name    = "acme"
  location               = "westeurope"
  sku_name               = "AMLFS-Durable-Premium-250"
  subnet_id              = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hpc"
  storage_capacity_in_tb = 8
  zones                  = ["2"]
  maintenance_window {
    day_of_week        = "Friday"
    time_of_day_in_utc = "22:00"
  }
  encryption_key {
    key_url         = "https://acme.vault.azure.net/keys/acme"
    source_vault_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.KeyVault/vaults/acme"
  }
}

resource "azurerm_managed_lustre_file_system" "bare" {
  name                   = "bare"
  resource_group_name    = "acme"
  location               = "westeurope"
  sku_name               = "AMLFS-Durable-Premium-250"
  subnet_id              = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hpc"
  storage_capacity_in_tb = 8
  zones                  = ["2"]
  maintenance_window {
    day_of_week        = "Friday"
    time_of_day_in_utc = "22:00"
  }
}
