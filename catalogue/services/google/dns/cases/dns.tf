resource "google_dns_managed_zone" "good" {
  name = "shop"
  dns_name = "shop.example.com."
  dnssec_config {
    state = "on"
  }
  cloud_logging_config {
    enable_logging = true
  }
}

resource "google_dns_managed_zone" "bad" {
  name = "old"
  dns_name = "old.example.com."
  force_destroy = true
  dnssec_config {
    state = "off"
    default_key_specs {
      algorithm = "rsasha1"
      key_type = "keySigning"
    }
  }
}

resource "google_dns_managed_zone" "other" {
  name = "inside"
  dns_name = "inside.example."
  visibility = "private"
  private_visibility_config {
    networks {
      network_url = "projects/acme/global/networks/main"
    }
  }
}

resource "google_dns_policy" "good" {
  name = "main"
  enable_logging = true
  networks {
    network_url = google_compute_network.good.id
  }
}

resource "google_dns_policy" "bad" {
  name = "quiet"
  networks {
    network_url = google_compute_network.bad.id
  }
}

resource "google_dns_record_set" "good" {
  name = "www.shop.example.com."
  type = "CNAME"
  ttl = 300
  managed_zone = google_dns_managed_zone.good.name
  rrdatas = ["shop.example.net."]
}

resource "google_dns_response_policy" "good" {
  response_policy_name = "block"
}

resource "google_clouddomains_registration" "good" {
  domain_name = "example.com"
  management_settings {
    transfer_lock_state = "LOCKED"
  }
}

resource "google_clouddomains_registration" "bad" {
  domain_name = "example.org"
  management_settings {
    transfer_lock_state = "UNLOCKED"
  }
}

resource "google_dns_managed_zone_iam_member" "good" {
  managed_zone = google_dns_managed_zone.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dns_managed_zone_iam_binding" "good" {
  managed_zone = google_dns_managed_zone.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dns_managed_zone_iam_policy" "good" {
  managed_zone = google_dns_managed_zone.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_network" "good" {
  name = "good"
}

resource "google_compute_network" "bad" {
  name = "bad"
}
