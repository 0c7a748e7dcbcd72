variable "checked" {
  type = bool
}

resource "azurerm_api_management_backend" "a" {
  name                = "a"
  resource_group_name = "rg"
  api_management_name = "apim"
  protocol            = "http"
  url                 = "https://app.example.com"
  tls {
    validate_certificate_chain = var.checked
    validate_certificate_name  = true
  }
}

resource "azurerm_cdn_frontdoor_origin_group" "b" {
  name                     = "b"
  cdn_frontdoor_profile_id = "/subscriptions/x/profiles/p"
  load_balancing {}
}

resource "azurerm_cdn_frontdoor_origin" "b" {
  name                           = "b"
  cdn_frontdoor_origin_group_id  = azurerm_cdn_frontdoor_origin_group.b.id
  host_name                      = "app.example.com"
  certificate_name_check_enabled = var.checked
}
