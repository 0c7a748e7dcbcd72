resource "cloudflare_zone" "good" {
  name = "rootstock.example"
  account = {
    id = "023e105f4ecef8ad9ca31a8372d0c353"
  }
}

resource "cloudflare_zone_setting" "ssl" {
  zone_id    = cloudflare_zone.good.id
  setting_id = "ssl"
  value      = "strict"
}

resource "cloudflare_zone_setting" "https" {
  zone_id    = cloudflare_zone.good.id
  setting_id = "always_use_https"
  value      = "on"
}

resource "cloudflare_zone_setting" "tls" {
  zone_id    = cloudflare_zone.good.id
  setting_id = "min_tls_version"
  value      = "1.2"
}

resource "cloudflare_zone_setting" "hsts" {
  zone_id    = cloudflare_zone.good.id
  setting_id = "security_header"
  value = {
    strict_transport_security = {
      enabled = true
      max_age = 31536000
    }
  }
}

resource "cloudflare_zone_dnssec" "good" {
  zone_id = cloudflare_zone.good.id
  status  = "active"
}

resource "cloudflare_zone" "bad" {
  name = "old-rootstock.example"
  account = {
    id = "023e105f4ecef8ad9ca31a8372d0c353"
  }
}

resource "cloudflare_zone_setting" "bad_ssl" {
  zone_id    = cloudflare_zone.bad.id
  setting_id = "ssl"
  value      = "flexible"
}

resource "cloudflare_zone_setting" "bad_https" {
  zone_id    = cloudflare_zone.bad.id
  setting_id = "always_use_https"
  value      = "off"
}

resource "cloudflare_zone_setting" "bad_tls" {
  zone_id    = cloudflare_zone.bad.id
  setting_id = "min_tls_version"
  value      = "1.0"
}

resource "cloudflare_zone_setting" "bad_hsts" {
  zone_id    = cloudflare_zone.bad.id
  setting_id = "security_header"
  value = {
    strict_transport_security = {
      enabled = false
    }
  }
}

resource "cloudflare_zone_dnssec" "bad" {
  zone_id = cloudflare_zone.bad.id
  status  = "disabled"
}

resource "cloudflare_zone" "older" {
  zone = "older-rootstock.example"
}

resource "cloudflare_zone_settings_override" "older" {
  zone_id = cloudflare_zone.older.id
  settings {
    ssl              = "full"
    always_use_https = "on"
    min_tls_version  = "1.2"
    security_header {
      enabled = true
    }
  }
}

resource "cloudflare_zone" "unset" {
  name = "unset-rootstock.example"
}

resource "cloudflare_dns_record" "www" {
  zone_id = cloudflare_zone.good.id
  name    = "www"
  type    = "CNAME"
  content = "shop.rootstock.example"
  ttl     = 1
  proxied = true
}

resource "cloudflare_record" "www" {
  zone_id = cloudflare_zone.older.id
  name    = "www"
  type    = "A"
  value   = "198.51.100.7"
}

resource "cloudflare_ruleset" "managed" {
  zone_id = cloudflare_zone.good.id
  name    = "managed rules"
  kind    = "zone"
  phase   = "http_request_firewall_managed"
  rules = [{
    action     = "execute"
    expression = "true"
    action_parameters = {
      id = "efb7b8c949ac4650a09736fc376e9aee"
    }
  }]
}

resource "cloudflare_ruleset" "off" {
  zone_id = cloudflare_zone.bad.id
  name    = "managed rules"
  kind    = "zone"
  phase   = "http_request_firewall_managed"
  rules = [{
    action     = "execute"
    expression = "true"
    enabled    = false
  }]
}

resource "cloudflare_ruleset" "empty" {
  zone_id = cloudflare_zone.bad.id
  name    = "own rules"
  kind    = "zone"
  phase   = "http_request_firewall_custom"
}

resource "cloudflare_load_balancer" "shop" {
  zone_id       = cloudflare_zone.good.id
  name          = "shop.rootstock.example"
  fallback_pool = cloudflare_load_balancer_pool.watched.id
  default_pools = [cloudflare_load_balancer_pool.watched.id]
}

resource "cloudflare_load_balancer_pool" "watched" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "watched"
  monitor    = "17b5962d775c646f3f9725cbc7a53df4"
  origins = [{
    name    = "one"
    address = "198.51.100.7"
  }]
}

resource "cloudflare_load_balancer_pool" "unwatched" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "unwatched"
  origins = [{
    name    = "one"
    address = "198.51.100.7"
  }]
}

resource "cloudflare_origin_ca_certificate" "origin" {
  csr          = "-----BEGIN CERTIFICATE REQUEST-----"
  hostnames    = ["rootstock.example"]
  request_type = "origin-rsa"
}

resource "cloudflare_custom_ssl" "kept" {
  zone_id     = cloudflare_zone.good.id
  certificate = "-----BEGIN CERTIFICATE-----"
  private_key = "file:shop.pem"
}

resource "cloudflare_custom_ssl" "reused" {
  zone_id     = cloudflare_zone.good.id
  certificate = "-----BEGIN CERTIFICATE-----"
}
