resource "azurerm_data_factory" "good" {
  name                            = "acme-good"
  resource_group_name             = "acme"
  location                        = "westeurope"
  public_network_enabled          = false
  managed_virtual_network_enabled = true
  customer_managed_key_id         = "https://acme.vault.azure.net/keys/acme"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"]
  }
  github_configuration {
    account_name    = "acme"
    branch_name     = "main"
    repository_name = "factory"
    root_folder     = "/"
  }
}

resource "azurerm_data_factory" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  global_parameter {
    name  = "password"
    type  = "String"
    value = "password=correct-horse-battery-9"
  }
}

resource "azurerm_data_factory_customer_managed_key" "parts" {
  data_factory_id         = azurerm_data_factory.parts.id
  customer_managed_key_id = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_data_factory" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_data_factory_pipeline" "copy" {
  name            = "copy"
  data_factory_id = azurerm_data_factory.parts.id
  variables       = { db_password = "correct-horse-battery-9" }
}

resource "azurerm_data_factory_linked_custom_service" "own" {
  name                 = "own"
  data_factory_id      = azurerm_data_factory.parts.id
  type                 = "RestService"
  type_properties_json = jsonencode({ url = "https://acme.example", password = "correct-horse-battery-9" })
}

resource "azurerm_data_factory_integration_runtime_azure" "auto" {
  name            = "auto"
  data_factory_id = azurerm_data_factory.parts.id
  location        = "AutoResolve"
}

resource "azurerm_data_factory_integration_runtime_self_hosted" "office" {
  name            = "office"
  data_factory_id = azurerm_data_factory.parts.id
}

resource "azurerm_data_factory_integration_runtime_azure_ssis" "good" {
  name            = "ssis"
  data_factory_id = azurerm_data_factory.parts.id
  location        = "westeurope"
  node_size       = "Standard_D8_v3"
  vnet_integration {
    subnet_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/ssis"
  }
}

resource "azurerm_data_factory_integration_runtime_azure_ssis" "open" {
  name            = "ssis-open"
  data_factory_id = azurerm_data_factory.parts.id
  location        = "westeurope"
  node_size       = "Standard_D8_v3"
  catalog_info {
    server_endpoint        = "acme.database.windows.net"
    administrator_login    = "dba"
    administrator_password = "correct-horse-battery-9"
  }
}
