resource "azurerm_firewall" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "AZFW_VNet"
  sku_tier            = "Premium"
  zones               = ["1", "2", "3"]
  firewall_policy_id  = azurerm_firewall_policy.guarded.id
  ip_configuration {
    name                 = "c"
    subnet_id            = "/subscriptions/x/subnets/AzureFirewallSubnet"
    public_ip_address_id = "/subscriptions/x/publicIPAddresses/fw"
  }
}

resource "azurerm_firewall" "classic" {
  name                = "classic"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "AZFW_VNet"
  sku_tier            = "Standard"
  threat_intel_mode   = "Deny"
}

resource "azurerm_firewall" "empty" {
  name                = "empty"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "AZFW_VNet"
  sku_tier            = "Standard"
}

resource "azurerm_firewall" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  sku_name            = "AZFW_VNet"
  sku_tier            = "Standard"
}

resource "azurerm_firewall_network_rule_collection" "narrow" {
  name                = "narrow"
  azure_firewall_name = azurerm_firewall.classic.name
  resource_group_name = "rg"
  priority            = 100
  action              = "Allow"
  rule {
    name                  = "dns"
    source_addresses      = ["10.0.0.0/16"]
    destination_addresses = ["8.8.8.8"]
    destination_ports     = ["53"]
    protocols             = ["UDP"]
  }
}

resource "azurerm_firewall_network_rule_collection" "wide" {
  name                = "wide"
  azure_firewall_name = azurerm_firewall.open.name
  resource_group_name = "rg"
  priority            = 100
  action              = "Allow"
  rule {
    name                  = "all"
    source_addresses      = ["*"]
    destination_addresses = ["*"]
    destination_ports     = ["*"]
    protocols             = ["Any"]
  }
}

resource "azurerm_firewall_application_rule_collection" "web" {
  name                = "web"
  azure_firewall_name = azurerm_firewall.classic.name
  resource_group_name = "rg"
  priority            = 100
  action              = "Allow"
  rule {
    name             = "github"
    source_addresses = ["10.0.0.0/16"]
    target_fqdns     = ["github.com"]
    protocol {
      port = "443"
      type = "Https"
    }
  }
}

resource "azurerm_firewall_nat_rule_collection" "in" {
  name                = "in"
  azure_firewall_name = azurerm_firewall.classic.name
  resource_group_name = "rg"
  priority            = 100
  action              = "Dnat"
  rule {
    name                  = "web"
    source_addresses      = ["*"]
    destination_addresses = ["203.0.113.9"]
    destination_ports     = ["443"]
    translated_address    = "10.0.0.4"
    translated_port       = "443"
    protocols             = ["TCP"]
  }
}

resource "azurerm_firewall_policy" "guarded" {
  name                     = "guarded"
  location                 = "westeurope"
  resource_group_name      = "rg"
  sku                      = "Premium"
  threat_intelligence_mode = "Deny"
  intrusion_detection {
    mode = "Deny"
  }
  insights {
    enabled                            = true
    default_log_analytics_workspace_id = "/subscriptions/x/workspaces/logs"
  }
}

resource "azurerm_firewall_policy" "plain" {
  name                = "plain"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_firewall_policy" "wide" {
  name                = "wide"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_firewall_policy_rule_collection_group" "guarded" {
  name               = "guarded"
  firewall_policy_id = azurerm_firewall_policy.guarded.id
  priority           = 100
  network_rule_collection {
    name     = "dns"
    priority = 100
    action   = "Allow"
    rule {
      name                  = "dns"
      protocols             = ["UDP"]
      source_addresses      = ["10.0.0.0/16"]
      destination_addresses = ["8.8.8.8"]
      destination_ports     = ["53"]
    }
  }
}

resource "azurerm_firewall_policy_rule_collection_group" "wide" {
  name               = "wide"
  firewall_policy_id = azurerm_firewall_policy.wide.id
  priority           = 100
  network_rule_collection {
    name     = "all"
    priority = 100
    action   = "Allow"
    rule {
      name                  = "all"
      protocols             = ["Any"]
      source_addresses      = ["*"]
      destination_addresses = ["*"]
      destination_ports     = ["*"]
    }
  }
}
