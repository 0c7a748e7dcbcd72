resource "google_dns_managed_zone" "shop" {
  name     = "shop"
  dns_name = "shop.example.com."
  dnssec_config {
    state = "on"
    default_key_specs {
      algorithm = "ecdsap256sha256"
      key_type  = "keySigning"
    }
  }
}

resource "google_dns_managed_zone" "blog" {
  name     = "blog"
  dns_name = "blog.example.com."
  dnssec_config {
    state = "on"
  }
}
