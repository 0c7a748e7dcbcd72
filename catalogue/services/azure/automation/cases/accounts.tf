resource "azurerm_automation_account" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "westeurope"
  sku_name                      = "Basic"
  public_network_access_enabled = false
  local_authentication_enabled  = false
  identity {
    type = "SystemAssigned"
  }
  encryption {
    key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
  }
}

resource "azurerm_automation_account" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "Basic"
}

resource "azurerm_automation_variable_string" "secure" {
  name                    = "db-password"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  value                   = "x"
  encrypted               = true
}

resource "azurerm_automation_variable_string" "plain" {
  name                    = "connection"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  value                   = "postgres://app:correct-horse-battery-9@db.acme.example/app"
}

resource "azurerm_automation_variable_object" "secure" {
  name                    = "settings"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  value                   = "{}"
  encrypted               = true
}

resource "azurerm_automation_variable_object" "plain" {
  name                    = "settings2"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  value                   = "{}"
}

resource "azurerm_automation_credential" "c" {
  name                    = "dba"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  username                = "dba"
  password                = "correct-horse-battery-9"
}

resource "azurerm_automation_certificate" "c" {
  name                    = "old"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  base64                  = "MIIKYgIBAzCCCh4GCSqGSIb3DQEHAaCCCg8EggoLMIIKBzCCBg"
}

resource "azurerm_automation_runbook" "r" {
  name                    = "Rotate"
  location                = "westeurope"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  log_verbose             = true
  log_progress            = true
  runbook_type            = "PowerShell"
  content                 = "$password = 'correct-horse-battery-9'"
}

resource "azurerm_automation_connection" "c" {
  name                    = "old"
  resource_group_name     = "acme"
  automation_account_name = azurerm_automation_account.open.name
  type                    = "Azure"
  values                  = { password = "correct-horse-battery-9" }
}

resource "azurerm_automation_source_control" "c" {
  name                  = "code"
  automation_account_id = azurerm_automation_account.open.id
  folder_path           = "runbooks"
  repository_url        = "https://github.com/acme/runbooks"
  source_control_type   = "GitHub"
  security {
    token      = "ghp_7f3kQ9vX2mN8bL4cR6tW1yZ5uH0pJsEa1b2C"
    token_type = "PersonalAccessToken"
  }
}

resource "azurerm_automation_software_update_configuration" "on" {
  name                  = "weekly"
  automation_account_id = azurerm_automation_account.open.id
  virtual_machine_ids   = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/web"]
  linux {
    classifications_included = ["Security"]
  }
  schedule {
    frequency = "Week"
  }
}

resource "azurerm_automation_software_update_configuration" "off" {
  name                  = "never"
  automation_account_id = azurerm_automation_account.open.id
  virtual_machine_ids   = ["/subscriptions/0/resourceGroups/acme/providers/Microsoft.Compute/virtualMachines/web"]
  linux {
    classifications_included = ["Security"]
  }
  schedule {
    frequency  = "Week"
    is_enabled = false
  }
}
