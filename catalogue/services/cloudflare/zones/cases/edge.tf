resource "cloudflare_zone" "main" {
  name = "rootstock.example"
}

resource "cloudflare_logpull_retention" "main" {
  zone_id = cloudflare_zone.main.id
  flag    = true
}

resource "cloudflare_certificate_pack" "main" {
  zone_id               = cloudflare_zone.main.id
  certificate_authority = "google"
  type                  = "advanced"
  hosts                 = ["rootstock.example"]
  validation_method     = "txt"
  validity_days         = 90
}

resource "cloudflare_client_certificate" "device" {
  zone_id       = cloudflare_zone.main.id
  csr           = "request"
  validity_days = 365
}

resource "cloudflare_keyless_certificate" "main" {
  zone_id     = cloudflare_zone.main.id
  certificate = "certificate"
  host        = "keys.rootstock.example"
}

resource "cloudflare_mtls_certificate" "authority" {
  account_id   = "a1"
  ca           = true
  certificates = "certificate"
}

resource "cloudflare_authenticated_origin_pulls_certificate" "main" {
  zone_id     = cloudflare_zone.main.id
  certificate = "certificate"
  private_key = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_authenticated_origin_pulls_hostname_certificate" "main" {
  zone_id     = cloudflare_zone.main.id
  certificate = "certificate"
  private_key = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_custom_hostname" "strict" {
  zone_id  = cloudflare_zone.main.id
  hostname = "shop.customer.example"
  ssl = {
    method = "http"
    settings = {
      min_tls_version = "1.2"
    }
  }
}

resource "cloudflare_custom_hostname" "brought" {
  zone_id  = cloudflare_zone.main.id
  hostname = "old.customer.example"
  ssl = {
    custom_key = "Kestrel-Orchard-41-Lantern"
    settings = {
      min_tls_version = "1.0"
    }
  }
}

resource "cloudflare_hostname_tls_setting" "low" {
  zone_id    = cloudflare_zone.main.id
  hostname   = "old.rootstock.example"
  setting_id = "min_tls_version"
  value      = "1.0"
}

resource "cloudflare_spectrum_application" "strict" {
  zone_id  = cloudflare_zone.main.id
  protocol = "tcp/443"
  tls      = "strict"
  dns = {
    name = "ssh.rootstock.example"
  }
}

resource "cloudflare_spectrum_application" "plain" {
  zone_id  = cloudflare_zone.main.id
  protocol = "tcp/22"
  tls      = "off"
  dns = {
    name = "old.rootstock.example"
  }
}

resource "cloudflare_dns_zone_transfers_tsig" "main" {
  account_id = "a1"
  name       = "tsig.rootstock.example."
  algo       = "hmac-sha512."
  secret     = var.shared
}

variable "shared" {}

resource "cloudflare_firewall_rule" "old" {
  zone_id = cloudflare_zone.main.id
  action = {
    mode = "block"
  }
  filter = {
    expression = "true"
  }
}

resource "cloudflare_registrar_domain" "locked" {
  account_id  = "a1"
  domain_name = "rootstock.example"
  locked      = true
}

resource "cloudflare_registrar_domain" "loose" {
  account_id  = "a1"
  domain_name = "other.example"
  locked      = false
}

resource "cloudflare_magic_wan_ipsec_tunnel" "written" {
  account_id = "a1"
  name       = "office"
  psk        = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_ipsec_tunnel" "made" {
  account_id = "a1"
  name       = "depot"
}

resource "cloudflare_magic_wan_gre_tunnel" "main" {
  account_id = "a1"
  name       = "office"
}

resource "cloudflare_gre_tunnel" "main" {
  account_id = "a1"
  name       = "depot"
}

resource "cloudflare_magic_wan_ipsec_tunnel" "by_hand" {
  name = "by-hand"
}

resource "cloudflare_dns_zone_transfers_tsig" "by_hand" {
  name = "by-hand"
}

resource "cloudflare_authenticated_origin_pulls_certificate" "by_hand" {
  zone_id = "z1"
}

resource "cloudflare_authenticated_origin_pulls_hostname_certificate" "by_hand" {
  zone_id = "z1"
}

resource "cloudflare_mtls_certificate" "leaf" {
  account_id   = "a1"
  ca           = false
  certificates = "certificate"
  private_key  = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_ipsec_tunnel" "written" {
  account_id = "a1"
  name       = "shop"
  psk        = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_dns_zone_transfers_tsig" "written" {
  account_id = "a1"
  name       = "written.rootstock.example."
  algo       = "hmac-sha512."
  secret     = "Kestrel-Orchard-41-Lantern"
}
