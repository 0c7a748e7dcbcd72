resource "azurerm_bot_service_azure_bot" "good" {
  name                          = "acme-good"
  resource_group_name           = "acme"
  location                      = "global"
  sku                           = "S1"
  microsoft_app_id              = "22222222-2222-2222-2222-222222222222"
  microsoft_app_type            = "UserAssignedMSI"
  microsoft_app_msi_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  public_network_access_enabled = false
  local_authentication_enabled  = false
  cmk_key_vault_key_url         = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_bot_service_azure_bot" "open" {
  name                = "acme-open"
  resource_group_name = "acme"
  location            = "global"
  sku                 = "F0"
  microsoft_app_id    = "22222222-2222-2222-2222-222222222222"
}

resource "azurerm_bot_channel_direct_line_speech" "x" {
  bot_name                     = azurerm_bot_service_azure_bot.open.name
  location                     = "global"
  resource_group_name          = "acme"
  cognitive_service_location   = "westeurope"
  cognitive_service_access_key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
}

resource "azurerm_bot_channel_email" "x" {
  bot_name            = azurerm_bot_service_azure_bot.open.name
  location            = "global"
  resource_group_name = "acme"
  email_address       = "bot@acme.example"
  email_password      = "correct-horse-battery-9"
}

resource "azurerm_bot_channel_facebook" "x" {
  bot_name                    = azurerm_bot_service_azure_bot.open.name
  location                    = "global"
  resource_group_name         = "acme"
  facebook_application_id     = "1"
  facebook_application_secret = "3f786850e387550fdab836ed7e6dc881"
  page {
    id           = "1"
    access_token = "EAAG7f3kQ9vX2mN8bL4cR6tW1yZ5uH0pJsEa"
  }
}

resource "azurerm_bot_channel_line" "x" {
  bot_name            = azurerm_bot_service_azure_bot.open.name
  location            = "global"
  resource_group_name = "acme"
  line_channel {
    access_token = "Zx7f3kQ9vX2mN8bL4cR6tW1yZ5uH0pJsEa"
    secret       = "3f786850e387550fdab836ed7e6dc881"
  }
}

resource "azurerm_bot_channel_slack" "x" {
  bot_name            = azurerm_bot_service_azure_bot.open.name
  location            = "global"
  resource_group_name = "acme"
  client_id           = "1.2"
  client_secret       = "3f786850e387550fdab836ed7e6dc881"
  verification_token  = "Zx7f3kQ9vX2mN8bL4cR6tW1y"
}

resource "azurerm_bot_channel_sms" "x" {
  bot_name                        = azurerm_bot_service_azure_bot.open.name
  location                        = "global"
  resource_group_name             = "acme"
  phone_number                    = "+4912345"
  sms_channel_account_security_id = "AC1"
  sms_channel_auth_token          = "3f786850e387550fdab836ed7e6dc881"
}

resource "azurerm_bot_connection" "x" {
  name                  = "graph"
  bot_name              = azurerm_bot_service_azure_bot.open.name
  location              = "global"
  resource_group_name   = "acme"
  service_provider_name = "oauth2"
  client_id             = "1"
  client_secret         = "Gx8Q~4fP2kLm9vRt1zWy7cBnHs3dJeUa0oXi"
}

resource "azurerm_bot_channels_registration" "good" {
  name                          = "acme-reg-good"
  resource_group_name           = "acme"
  location                      = "global"
  sku                           = "S1"
  microsoft_app_id              = "22222222-2222-2222-2222-222222222222"
  public_network_access_enabled = false
  cmk_key_vault_url             = "https://acme.vault.azure.net/keys/acme"
}

resource "azurerm_bot_channels_registration" "open" {
  name                = "acme-reg-open"
  resource_group_name = "acme"
  location            = "global"
  sku                 = "F0"
  microsoft_app_id    = "22222222-2222-2222-2222-222222222222"
}

resource "azurerm_bot_web_app" "old" {
  name                = "acme-old"
  resource_group_name = "acme"
  location            = "global"
  sku                 = "F0"
  microsoft_app_id    = "22222222-2222-2222-2222-222222222222"
  luis_key            = "3f786850e387550fdab836ed7e6dc881"
}
