resource "azurerm_resource_group_template_deployment" "app" {
  name                = "app"
  resource_group_name = "rg"
  deployment_mode     = "Incremental"
  parameters_content  = jsonencode({ adminPassword = { value = "Geheim-9Kx2pQ7z" } })
}

resource "azurerm_subscription_template_deployment" "base" {
  name             = "base"
  location         = "westeurope"
  template_content = jsonencode({ resources = [] })
}

resource "azurerm_management_group_template_deployment" "base" {
  name                = "base"
  location            = "westeurope"
  management_group_id = "/providers/Microsoft.Management/managementGroups/m"
  template_content    = jsonencode({ resources = [] })
}

resource "azurerm_tenant_template_deployment" "base" {
  name             = "base"
  location         = "westeurope"
  template_content = jsonencode({ resources = [] })
}

resource "azurerm_resource_deployment_script_azure_cli" "setup" {
  name                = "setup"
  location            = "westeurope"
  resource_group_name = "rg"
  version             = "2.60.0"
  retention_interval  = "P1D"
  script_content      = "az storage container create --name c"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
}

resource "azurerm_resource_deployment_script_azure_cli" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  version             = "2.60.0"
  retention_interval  = "P1D"
  script_content      = "./setup.sh"
  environment_variable {
    name  = "DB_PASSWORD"
    value = "Geheim-9Kx2pQ7z"
  }
}

resource "azurerm_resource_deployment_script_azure_power_shell" "setup" {
  name                = "setup"
  location            = "westeurope"
  resource_group_name = "rg"
  version             = "12.0"
  retention_interval  = "P1D"
  script_content      = "Get-AzResource"
  identity {
    type         = "UserAssigned"
    identity_ids = ["/subscriptions/x/identity"]
  }
}

resource "azurerm_resource_deployment_script_azure_power_shell" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  version             = "12.0"
  retention_interval  = "P1D"
  script_content      = "Get-AzResource"
}

resource "azurerm_managed_application" "bought" {
  name                        = "bought"
  location                    = "westeurope"
  resource_group_name         = "rg"
  kind                        = "MarketPlace"
  managed_resource_group_name = "bought-resources"
}

resource "azurerm_managed_application" "own" {
  name                        = "own"
  location                    = "westeurope"
  resource_group_name         = "rg"
  kind                        = "ServiceCatalog"
  managed_resource_group_name = "own-resources"
}

resource "azurerm_template_deployment" "older" {
  name                = "older"
  resource_group_name = "rg"
  deployment_mode     = "Incremental"
  template_body       = "{}"
  parameters = {
    adminPassword = "Geheim-9Kx2pQ7z"
  }
}
