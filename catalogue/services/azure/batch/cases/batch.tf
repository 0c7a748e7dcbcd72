resource "azurerm_batch_account" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  public_network_access_enabled = false
  allowed_authentication_modes  = ["AAD"]
  encryption {
    key_vault_key_id = "https://v.vault.azure.net/keys/batch/1"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_batch_account" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_batch_account" "limited" {
  name                         = "limited"
  location                     = "westeurope"
  resource_group_name          = "rg"
  allowed_authentication_modes = ["SharedKey"]
  network_profile {
    account_access {
      default_action = "Deny"
      ip_rule {
        ip_range = "192.0.2.0/24"
      }
    }
  }
}

resource "azurerm_batch_pool" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  account_name        = azurerm_batch_account.guarded.name
  node_agent_sku_id   = "batch.node.ubuntu 22.04"
  vm_size             = "Standard_D2s_v5"
  fixed_scale {
    target_dedicated_nodes = 2
  }
  storage_image_reference {
    id = "/subscriptions/x/images/base"
  }
  security_profile {
    host_encryption_enabled = true
    secure_boot_enabled     = true
    vtpm_enabled            = true
    security_type           = "trustedLaunch"
  }
  network_configuration {
    subnet_id                        = "/subscriptions/x/subnets/batch"
    public_address_provisioning_type = "NoPublicIPAddresses"
  }
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
  start_task {
    command_line = "echo hello"
    user_identity {
      auto_user {
        elevation_level = "NonAdmin"
        scope           = "Task"
      }
    }
  }
}

resource "azurerm_batch_pool" "plain" {
  name                = "plain"
  resource_group_name = "rg"
  account_name        = azurerm_batch_account.plain.name
  node_agent_sku_id   = "batch.node.windows amd64"
  vm_size             = "Standard_D2s_v5"
  windows {
    enable_automatic_updates = false
  }
  storage_image_reference {
    publisher = "MicrosoftWindowsServer"
    offer     = "WindowsServer"
    sku       = "2022-datacenter"
    version   = "latest"
  }
  start_task {
    command_line = "setup.cmd"
    common_environment_properties = {
      DB_PASSWORD = "Geheim-9Kx2pQ7z"
    }
    user_identity {
      auto_user {
        elevation_level = "Admin"
        scope           = "Pool"
      }
    }
  }
}
