resource "google_vmwareengine_private_cloud" "good" {
  name = "vdc"
  location = "europe-west3-a"
}

resource "google_vmwareengine_cluster" "good" {
  name = "more"
  parent = google_vmwareengine_private_cloud.good.id
}

resource "google_vmwareengine_network" "good" {
  name = "net"
  type = "STANDARD"
}

resource "google_vmwareengine_network_peering" "good" {
  name = "peer"
  vmware_engine_network = google_vmwareengine_network.good.id
}

resource "google_vmwareengine_network_policy" "good" {
  name = "shut"
  vmware_engine_network = google_vmwareengine_network.good.id
  edge_services_cidr = "192.168.30.0/26"
}

resource "google_vmwareengine_network_policy" "bad" {
  name = "open"
  vmware_engine_network = google_vmwareengine_network.good.id
  edge_services_cidr = "192.168.31.0/26"
  internet_access {
    enabled = true
  }
}

resource "google_vmwareengine_external_address" "good" {
  name = "ip"
  internal_ip = "192.168.0.66"
  parent = google_vmwareengine_private_cloud.good.id
}

resource "google_vmwareengine_external_access_rule" "good" {
  name = "web"
  parent = "projects/acme/locations/europe-west3/networkPolicies/open"
  action = "ALLOW"
  ip_protocol = "TCP"
  priority = 100
  destination_ports = ["443"]
  source_ports = ["0-65535"]
  source_ip_ranges {
    ip_address_range = "0.0.0.0/0"
  }
}
