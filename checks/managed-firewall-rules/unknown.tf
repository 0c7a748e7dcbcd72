variable "sets" {
  type = list(string)
}

resource "azurerm_frontdoor_firewall_policy" "c" {
  name                = "c"
  resource_group_name = "rg"
  mode                = "Prevention"
  dynamic "managed_rule" {
    for_each = var.sets
    content {
      type    = managed_rule.value
      version = "1.0"
    }
  }
}
