resource "cloudflare_zone" "shop" {
  name = "shop.rootstock.example"
}

resource "cloudflare_zone_setting" "shop_security_header" {
  zone_id    = cloudflare_zone.shop.id
  setting_id = "security_header"
  value      = {
    strict_transport_security = {
      enabled = false
    }
  }
}
