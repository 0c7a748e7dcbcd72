variable "waf" {
  type = bool
}

resource "azurerm_cdn_frontdoor_profile" "web" {
  name                = "web"
  resource_group_name = "rg"
  sku_name            = "Premium_AzureFrontDoor"
}

resource "azurerm_cdn_frontdoor_security_policy" "web" {
  count                    = var.waf ? 1 : 0
  name                     = "web"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.web.id
  security_policies {
    firewall {
      cdn_frontdoor_firewall_policy_id = "/subscriptions/x/waf"
      association {
        patterns_to_match = ["/*"]
        domain {
          cdn_frontdoor_domain_id = "/subscriptions/x/endpoint"
        }
      }
    }
  }
}
