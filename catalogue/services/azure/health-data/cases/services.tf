resource "azurerm_healthcare_service" "good" {
  name                                  = "good"
  resource_group_name                   = "acme"
  location                              = "westeurope"
  public_network_access_enabled         = false
  cosmosdb_key_vault_key_versionless_id = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_healthcare_service" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  cors_configuration {
    allowed_origins = ["*"]
    allowed_headers = ["*"]
    allowed_methods = ["GET"]
  }
}

resource "azurerm_healthcare_workspace" "w" {
  name                = "w"
  resource_group_name = "acme"
  location            = "westeurope"
}

resource "azurerm_healthcare_fhir_service" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  workspace_id        = azurerm_healthcare_workspace.w.id
  authentication {
    authority = "https://login.microsoftonline.com/t"
    audience  = "https://good.fhir.azurehealthcareapis.com"
  }
}

resource "azurerm_healthcare_fhir_service" "open" {
  name                = "open"
  resource_group_name = "acme"
  location            = "westeurope"
  workspace_id        = azurerm_healthcare_workspace.w.id
  cors {
    allowed_origins = ["*"]
    allowed_headers = ["*"]
    allowed_methods = ["GET"]
  }
  authentication {
    authority = "https://login.microsoftonline.com/t"
    audience  = "https://open.fhir.azurehealthcareapis.com"
  }
}

resource "azurerm_healthcare_dicom_service" "good" {
  name                          = "good"
  location                      = "westeurope"
  workspace_id                  = azurerm_healthcare_workspace.w.id
  public_network_access_enabled = false
  encryption_key_url            = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_healthcare_dicom_service" "open" {
  name         = "open"
  location     = "westeurope"
  workspace_id = azurerm_healthcare_workspace.w.id
  cors {
    allowed_origins = ["*"]
    allowed_headers = ["*"]
    allowed_methods = ["GET"]
  }
}

resource "azurerm_healthbot" "b" {
  name                = "b"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "F0"
}
