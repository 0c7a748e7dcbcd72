resource "google_compute_vpn_gateway" "good" {
  name = "classic"
  network = "main"
}

resource "google_compute_ha_vpn_gateway" "good" {
  name = "ha"
  network = "main"
}

resource "google_compute_vpn_tunnel" "good" {
  name = "tunnel"
  vpn_gateway = google_compute_ha_vpn_gateway.good.id
  shared_secret_wo = "from elsewhere"
  ike_version = 2
}

resource "google_compute_vpn_tunnel" "bad" {
  name = "old"
  target_vpn_gateway = google_compute_vpn_gateway.good.id
  shared_secret = "Tr0ub4dor-and-3-more"
  ike_version = 1
}

resource "google_compute_interconnect" "good" {
  name = "line"
  interconnect_type = "DEDICATED"
  requested_link_count = 2
  macsec_enabled = true
}

resource "google_compute_interconnect" "bad" {
  name = "line-lab"
  interconnect_type = "DEDICATED"
  requested_link_count = 1
}

resource "google_compute_interconnect_attachment" "good" {
  name = "vlan"
  router = "main"
  encryption = "IPSEC"
}

resource "google_compute_interconnect_attachment" "bad" {
  name = "vlan-plain"
  router = "main"
}

resource "google_network_connectivity_hub" "good" {
  name = "hub"
}

resource "google_network_connectivity_spoke" "good" {
  name = "spoke"
  hub = google_network_connectivity_hub.good.id
  linked_vpc_network {
    uri = "projects/acme/global/networks/main"
  }
}

resource "google_network_connectivity_group" "good" {
  name = "default"
  hub = google_network_connectivity_hub.good.id
}

resource "google_network_connectivity_group" "bad" {
  name = "center"
  hub = google_network_connectivity_hub.good.id
  auto_accept {
    auto_accept_projects = ["partner"]
  }
}

resource "google_network_connectivity_regional_endpoint" "good" {
  name = "storage"
  access_type = "REGIONAL"
  target_google_api = "storage.europe-west1.rep.googleapis.com"
  network = "main"
}
