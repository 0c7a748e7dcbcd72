resource "azurerm_managed_disk" "guarded" {
  name                          = "guarded"
  location                      = "westeurope"
  resource_group_name           = "rg"
  storage_account_type          = "Premium_ZRS"
  create_option                 = "Empty"
  disk_size_gb                  = 64
  network_access_policy         = "DenyAll"
  public_network_access_enabled = false
  disk_encryption_set_id        = azurerm_disk_encryption_set.rotating.id
}

resource "azurerm_managed_disk" "plain" {
  name                 = "plain"
  location             = "westeurope"
  resource_group_name  = "rg"
  storage_account_type = "Standard_LRS"
  create_option        = "Empty"
  disk_size_gb         = 64
}

resource "azurerm_managed_disk_sas_token" "export" {
  managed_disk_id     = azurerm_managed_disk.plain.id
  duration_in_seconds = 3600
  access_level        = "Read"
}

resource "azurerm_snapshot" "closed" {
  name                  = "closed"
  location              = "westeurope"
  resource_group_name   = "rg"
  create_option         = "Copy"
  source_uri            = azurerm_managed_disk.guarded.id
  network_access_policy = "AllowPrivate"
}

resource "azurerm_snapshot" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  create_option       = "Copy"
  source_uri          = azurerm_managed_disk.plain.id
}

resource "azurerm_disk_encryption_set" "rotating" {
  name                      = "rotating"
  location                  = "westeurope"
  resource_group_name       = "rg"
  key_vault_key_id          = "https://v.vault.azure.net/keys/disks"
  auto_key_rotation_enabled = true
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_disk_encryption_set" "fixed" {
  name                = "fixed"
  location            = "westeurope"
  resource_group_name = "rg"
  key_vault_key_id    = "https://v.vault.azure.net/keys/disks/1234"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_image" "managed" {
  name                = "managed"
  location            = "westeurope"
  resource_group_name = "rg"
  os_disk {
    os_type                = "Linux"
    os_state               = "Generalized"
    storage_type           = "Standard_LRS"
    managed_disk_id        = azurerm_managed_disk.guarded.id
    disk_encryption_set_id = azurerm_disk_encryption_set.rotating.id
  }
}

resource "azurerm_image" "blob" {
  name                = "blob"
  location            = "westeurope"
  resource_group_name = "rg"
  os_disk {
    os_type      = "Linux"
    os_state     = "Generalized"
    storage_type = "Standard_LRS"
    blob_uri     = "https://acct.blob.core.windows.net/vhds/os.vhd"
  }
}

resource "azurerm_shared_image_gallery" "inside" {
  name                = "inside"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_shared_image_gallery" "community" {
  name                = "community"
  location            = "westeurope"
  resource_group_name = "rg"
  sharing {
    permission = "Community"
    community_gallery {
      eula            = "https://example.com/eula"
      prefix          = "prefix"
      publisher_email = "a@example.com"
      publisher_uri   = "https://example.com"
    }
  }
}

resource "azurerm_shared_image" "trusted" {
  name                   = "trusted"
  location               = "westeurope"
  resource_group_name    = "rg"
  gallery_name           = azurerm_shared_image_gallery.inside.name
  os_type                = "Linux"
  trusted_launch_enabled = true
  identifier {
    publisher = "us"
    offer     = "base"
    sku       = "1"
  }
}

resource "azurerm_shared_image" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
  gallery_name        = azurerm_shared_image_gallery.inside.name
  os_type             = "Linux"
  identifier {
    publisher = "us"
    offer     = "base"
    sku       = "2"
  }
}

resource "azurerm_shared_image_version" "keyed" {
  name                = "1.0.0"
  location            = "westeurope"
  resource_group_name = "rg"
  gallery_name        = azurerm_shared_image_gallery.inside.name
  image_name          = azurerm_shared_image.trusted.name
  managed_image_id    = azurerm_image.managed.id
  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
    disk_encryption_set_id = azurerm_disk_encryption_set.rotating.id
  }
}

resource "azurerm_shared_image_version" "plain" {
  name                = "1.0.1"
  location            = "westeurope"
  resource_group_name = "rg"
  gallery_name        = azurerm_shared_image_gallery.inside.name
  image_name          = azurerm_shared_image.plain.name
  managed_image_id    = azurerm_image.blob.id
  target_region {
    name                   = "westeurope"
    regional_replica_count = 1
  }
}
