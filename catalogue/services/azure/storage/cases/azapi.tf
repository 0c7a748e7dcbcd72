# What the azapi provider writes is what its type says.
resource "azapi_resource" "good" {
  type     = "Microsoft.Storage/storageAccounts@2023-05-01"
  name     = "good"
  location = "westeurope"
  body = {
    sku = { name = "Standard_ZRS" }
    properties = {
      minimumTlsVersion    = "TLS1_2"
      allowSharedKeyAccess = false
      publicNetworkAccess  = "Disabled"
      networkAcls          = { defaultAction = "Deny" }
    }
  }
}

resource "azapi_resource" "blobs" {
  type      = "Microsoft.Storage/storageAccounts/blobServices@2023-05-01"
  name      = "default"
  parent_id = azapi_resource.good.id
  body      = { properties = { isVersioningEnabled = true } }
}

resource "azapi_resource" "bad" {
  type     = "Microsoft.Storage/storageAccounts@2021-09-01"
  name     = "bad"
  location = "westeurope"
  body = jsonencode({
    properties = {
      minimumTlsVersion        = "TLS1_0"
      supportsHttpsTrafficOnly = false
    }
  })
}

variable "body" {}

resource "azapi_resource" "open" {
  type     = "Microsoft.Storage/storageAccounts@2021-09-01"
  name     = "open"
  location = "westeurope"
  body     = var.body
}

resource "azurerm_storage_account" "ruled" {
  name                     = "ruled"
  resource_group_name      = "data"
  location                 = "westeurope"
  account_tier             = "Standard"
  account_replication_type = "LRS"
}

# as providers before 3.0 wrote them
resource "azurerm_storage_account_network_rules" "ruled" {
  resource_group_name  = "data"
  storage_account_name = azurerm_storage_account.ruled.name
  default_action       = "Deny"
}
