resource "azurerm_netapp_volume" "good" {
  name                          = "good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  account_name                  = "acme"
  pool_name                     = "pool"
  service_level                 = "Premium"
  storage_quota_in_gb           = 100
  subnet_id                     = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/netapp"
  volume_path                   = "good"
  protocols                     = ["NFSv4.1"]
  kerberos_enabled              = true
  encryption_key_source         = "Microsoft.KeyVault"
  key_vault_private_endpoint_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/privateEndpoints/kv"
  export_policy_rule {
    rule_index                     = 1
    allowed_clients                = ["10.0.0.0/8"]
    kerberos_5p_read_write_enabled = true
  }
  data_protection_backup_policy {
    backup_policy_id = "/subscriptions/0/resourceGroups/acme/providers/p"
    backup_vault_id  = "/subscriptions/0/resourceGroups/acme/providers/v"
  }
  data_protection_snapshot_policy {
    snapshot_policy_id = "/subscriptions/0/resourceGroups/acme/providers/s"
  }
  data_protection_replication {
    endpoint_type             = "dst"
    remote_volume_location    = "northeurope"
    remote_volume_resource_id = "/subscriptions/0/resourceGroups/acme/providers/r"
    replication_frequency     = "hourly"
  }
  data_protection_advanced_ransomware {
    protection_enabled = true
  }
}

resource "azurerm_netapp_volume" "smb" {
  name                             = "smb"
  resource_group_name              = "acme"
  location                         = "westeurope"
  account_name                     = "acme"
  pool_name                        = "pool"
  service_level                    = "Premium"
  storage_quota_in_gb              = 100
  subnet_id                        = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/netapp"
  volume_path                      = "smb"
  protocols                        = ["CIFS"]
  smb3_protocol_encryption_enabled = true
  data_protection_advanced_ransomware {
    protection_enabled = false
  }
}

resource "azurerm_netapp_volume" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  account_name        = "acme"
  pool_name           = "pool"
  service_level       = "Premium"
  storage_quota_in_gb = 100
  subnet_id           = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/netapp"
  volume_path         = "open"
  protocols           = ["NFSv3"]
  export_policy_rule {
    rule_index      = 1
    allowed_clients = ["0.0.0.0/0"]
    unix_read_write = true
  }
}

resource "azurerm_netapp_account" "good" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  active_directory {
    username              = "join"
    password              = "correct-horse-battery-9"
    smb_server_name       = "files"
    dns_servers           = ["10.0.0.4"]
    domain                = "acme.example"
    ldap_over_tls_enabled = true
  }
}

resource "azurerm_netapp_account" "open" {
  name                = "acme2"
  resource_group_name = "acme"
  location            = "westeurope"
  active_directory {
    username        = "join"
    password        = "correct-horse-battery-9"
    smb_server_name = "files"
    dns_servers     = ["10.0.0.4"]
    domain          = "acme.example"
  }
}

resource "azurerm_netapp_account_encryption" "good" {
  netapp_account_id = azurerm_netapp_account.good.id
  encryption_key    = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_netapp_pool" "good" {
  name                = "pool"
  resource_group_name = "acme"
  location            = "westeurope"
  account_name        = azurerm_netapp_account.good.name
  service_level       = "Premium"
  size_in_tb          = 4
}

resource "azurerm_netapp_backup_vault" "v" {
  name                = "v"
  resource_group_name = "acme"
  location            = "westeurope"
  account_name        = "acme"
}

resource "azurerm_netapp_backup_policy" "on" {
  name                  = "p"
  resource_group_name   = "acme"
  location              = "westeurope"
  account_name          = "acme"
  daily_backups_to_keep = 30
}

resource "azurerm_netapp_backup_policy" "off" {
  name                = "p2"
  resource_group_name = "acme"
  location            = "westeurope"
  account_name        = "acme"
  enabled             = false
}

resource "azurerm_netapp_volume_group_sap_hana" "h" {
  name                   = "h"
  resource_group_name    = "acme"
  location               = "westeurope"
  account_name           = "acme"
  group_description      = "hana"
  application_identifier = "TST"
  volume {
    name                       = "v"
    volume_path                = "v"
    service_level              = "Standard"
    capacity_pool_id           = "/subscriptions/0/resourceGroups/acme/providers/pool"
    subnet_id                  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/netapp"
    volume_spec_name           = "data"
    storage_quota_in_gb        = 1024
    throughput_in_mibps        = 24
    protocols                  = ["NFSv4.1"]
    security_style             = "unix"
    snapshot_directory_visible = false
    export_policy_rule {
      rule_index      = 1
      allowed_clients = "0.0.0.0/0"
      nfsv3_enabled   = false
      nfsv41_enabled  = true
    }
  }
}

resource "azurerm_netapp_volume_group_oracle" "o" {
  name                   = "o"
  resource_group_name    = "acme"
  location               = "westeurope"
  account_name           = "acme"
  group_description      = "oracle"
  application_identifier = "TST"
  volume {
    name                       = "v"
    volume_path                = "v"
    service_level              = "Standard"
    capacity_pool_id           = "/subscriptions/0/resourceGroups/acme/providers/pool"
    subnet_id                  = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/netapp"
    volume_spec_name           = "ora-data1"
    storage_quota_in_gb        = 1024
    throughput_in_mibps        = 24
    protocols                  = ["NFSv4.1"]
    security_style             = "unix"
    snapshot_directory_visible = false
    export_policy_rule {
      rule_index      = 1
      allowed_clients = "0.0.0.0/0"
      nfsv3_enabled   = false
      nfsv41_enabled  = true
    }
  }
}
