resource "azurerm_web_application_firewall_policy" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  policy_settings {
    mode = "Prevention"
  }
  managed_rules {
    managed_rule_set {
      type    = "OWASP"
      version = "3.2"
    }
  }
}

resource "azurerm_web_application_firewall_policy" "watching" {
  name                = "watching"
  location            = "westeurope"
  resource_group_name = "rg"
  policy_settings {
    mode               = "Detection"
    request_body_check = false
  }
  managed_rules {}
}

resource "azurerm_frontdoor_firewall_policy" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  mode                = "Prevention"
  managed_rule {
    type    = "DefaultRuleSet"
    version = "1.0"
  }
}

resource "azurerm_frontdoor_firewall_policy" "empty" {
  name                = "empty"
  resource_group_name = "rg"
  enabled             = false
}

resource "azurerm_cdn_frontdoor_firewall_policy" "guarded" {
  name                = "guarded"
  resource_group_name = "rg"
  sku_name            = "Premium_AzureFrontDoor"
  mode                = "Prevention"
  managed_rule {
    type    = "Microsoft_DefaultRuleSet"
    version = "2.1"
    action  = "Block"
  }
}

resource "azurerm_cdn_frontdoor_firewall_policy" "empty" {
  name                       = "empty"
  resource_group_name        = "rg"
  sku_name                   = "Premium_AzureFrontDoor"
  mode                       = "Detection"
  request_body_check_enabled = false
}
