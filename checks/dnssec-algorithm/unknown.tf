variable "algorithm" {
  type = string
}

resource "google_dns_managed_zone" "shop" {
  name     = "shop"
  dns_name = "shop.example.com."
  dnssec_config {
    state = "on"
    default_key_specs {
      algorithm = var.algorithm
      key_type  = "keySigning"
    }
  }
}
