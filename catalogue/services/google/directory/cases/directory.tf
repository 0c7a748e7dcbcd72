resource "google_active_directory_domain" "good" {
  domain_name = "ad.example.com"
  reserved_ip_range = "10.9.0.0/24"
  locations = ["europe-west1"]
}

resource "google_active_directory_domain" "bad" {
  domain_name = "lab.example.com"
  reserved_ip_range = "10.9.1.0/24"
  locations = ["europe-west1"]
  deletion_protection = false
}

resource "google_active_directory_peering" "good" {
  peering_id = "shared"
  authorized_network = "main"
}

resource "google_active_directory_domain_trust" "part" {
  domain = google_active_directory_domain.good.domain_name
  target_domain_name = "corp.example.com"
  trust_type = "FOREST"
  trust_direction = "OUTBOUND"
  trust_handshake_secret = "Tr0ub4dor-and-3-more"
}
