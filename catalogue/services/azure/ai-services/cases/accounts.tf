resource "azurerm_cognitive_account" "good" {
  name                               = "acme-good"
  resource_group_name                = "acme"
  location                           = "westeurope"
  kind                               = "OpenAI"
  sku_name                           = "S0"
  public_network_access_enabled      = false
  local_auth_enabled                 = false
  outbound_network_access_restricted = true
  customer_managed_key {
    key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
  }
  network_acls {
    default_action = "Deny"
    ip_rules       = ["192.0.2.0/24"]
  }
}

resource "azurerm_cognitive_deployment" "good" {
  name                 = "gpt"
  cognitive_account_id = azurerm_cognitive_account.good.id
  model {
    format = "OpenAI"
    name   = "gpt-4o"
  }
  sku {
    name = "Standard"
  }
}

resource "azurerm_cognitive_account_rai_policy" "good" {
  name                 = "strict"
  cognitive_account_id = azurerm_cognitive_account.good.id
  base_policy_name     = "Microsoft.Default"
  content_filter {
    name               = "hate"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "Low"
    source             = "Prompt"
  }
  content_filter {
    name               = "violence"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "Low"
    source             = "Completion"
  }
}

resource "azurerm_cognitive_account" "open" {
  name                                         = "acme-open"
  resource_group_name                          = "acme"
  location                                     = "westeurope"
  kind                                         = "QnAMaker"
  sku_name                                     = "S0"
  custom_question_answering_search_service_key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
}

resource "azurerm_cognitive_deployment" "open" {
  name                   = "gpt"
  cognitive_account_id   = azurerm_cognitive_account.open.id
  version_upgrade_option = "NoAutoUpgrade"
  model {
    format  = "OpenAI"
    name    = "gpt-4o"
    version = "2024-08-06"
  }
  sku {
    name = "Standard"
  }
}

resource "azurerm_cognitive_account_rai_policy" "open" {
  name                 = "lax"
  cognitive_account_id = azurerm_cognitive_account.open.id
  base_policy_name     = "Microsoft.Default"
  content_filter {
    name               = "hate"
    filter_enabled     = true
    block_enabled      = false
    severity_threshold = "Low"
    source             = "Prompt"
  }
  content_filter {
    name               = "violence"
    filter_enabled     = true
    block_enabled      = true
    severity_threshold = "Low"
    source             = "Completion"
  }
}

resource "azurerm_cognitive_account" "parts" {
  name                = "acme-parts"
  resource_group_name = "acme"
  location            = "westeurope"
  kind                = "AIServices"
  sku_name            = "S0"
}

resource "azurerm_cognitive_account_customer_managed_key" "parts" {
  cognitive_account_id = azurerm_cognitive_account.parts.id
  key_vault_key_id     = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_cognitive_account_project" "parts" {
  name                 = "chat"
  location             = "westeurope"
  cognitive_account_id = azurerm_cognitive_account.parts.id
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_ai_services" "good" {
  name                               = "acme-ai-good"
  resource_group_name                = "acme"
  location                           = "westeurope"
  sku_name                           = "S0"
  public_network_access              = "Disabled"
  local_authentication_enabled       = false
  outbound_network_access_restricted = true
  customer_managed_key {
    key_vault_key_id = "https://acme.vault.azure.net/keys/acme"
  }
  network_acls {
    default_action = "Deny"
    ip_rules       = ["192.0.2.0/24"]
  }
}

resource "azurerm_ai_services" "open" {
  name                = "acme-ai-open"
  resource_group_name = "acme"
  location            = "westeurope"
  sku_name            = "S0"
}
