resource "google_compute_network" "main" {
  name                    = "main"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "good" {
  name                     = "apps"
  ip_cidr_range            = "10.0.0.0/20"
  network                  = google_compute_network.main.id
  private_ip_google_access = true
  log_config {
    flow_sampling = 0.5
  }
}

resource "google_compute_subnetwork" "bad" {
  name          = "web"
  ip_cidr_range = "10.0.16.0/20"
  network       = google_compute_network.main.id
}

resource "google_compute_subnetwork" "proxy" {
  name          = "proxy"
  ip_cidr_range = "10.0.32.0/24"
  network       = google_compute_network.main.id
  purpose       = "REGIONAL_MANAGED_PROXY"
  role          = "ACTIVE"
}

resource "google_compute_subnetwork" "logged" {
  name          = "logged"
  ip_cidr_range = "10.0.48.0/20"
  network       = google_compute_network.main.id
}

resource "google_network_management_vpc_flow_logs_config" "logged" {
  vpc_flow_logs_config_id = "logged"
  location                = "global"
  subnet                  = google_compute_subnetwork.logged.id
}

resource "google_compute_subnetwork" "paused" {
  name          = "paused"
  ip_cidr_range = "10.0.64.0/20"
  network       = google_compute_network.main.id
}

resource "google_network_management_vpc_flow_logs_config" "paused" {
  vpc_flow_logs_config_id = "paused"
  location                = "global"
  state                   = "DISABLED"
  subnet                  = google_compute_subnetwork.paused.id
}

resource "google_compute_route" "inspect" {
  name              = "inspect"
  network           = google_compute_network.main.id
  dest_range        = "0.0.0.0/0"
  next_hop_instance = "projects/acme/zones/europe-west1-b/instances/inspect"
}

resource "google_compute_router" "main" {
  name    = "main"
  network = google_compute_network.main.id
}

resource "google_compute_router_nat" "good" {
  name                               = "good"
  router                             = google_compute_router.main.name
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
  log_config {
    enable = true
    filter = "ALL"
  }
}

resource "google_compute_router_nat" "bad" {
  name                               = "bad"
  router                             = google_compute_router.main.name
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"
}

resource "google_compute_address" "outside" {
  name = "outside"
}

resource "google_compute_address" "inside" {
  name         = "inside"
  address_type = "INTERNAL"
  subnetwork   = google_compute_subnetwork.good.id
}

resource "google_compute_global_address" "front" {
  name = "front"
}

resource "google_compute_global_address" "services" {
  name          = "services"
  address_type  = "INTERNAL"
  purpose       = "VPC_PEERING"
  prefix_length = 16
  network       = google_compute_network.main.id
}

resource "google_service_networking_connection" "services" {
  network                 = google_compute_network.main.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]
}

resource "google_compute_network_peering" "shared" {
  name         = "shared"
  network      = google_compute_network.main.self_link
  peer_network = "projects/acme-shared/global/networks/shared"
}

resource "google_vpc_access_connector" "run" {
  name = "run"
  subnet {
    name = google_compute_subnetwork.good.name
  }
}

resource "google_compute_service_attachment" "good" {
  name                  = "good"
  connection_preference = "ACCEPT_MANUAL"
  nat_subnets           = [google_compute_subnetwork.good.id]
  target_service        = "projects/acme/regions/europe-west1/forwardingRules/app"
}

resource "google_compute_service_attachment" "bad" {
  name                  = "bad"
  connection_preference = "ACCEPT_AUTOMATIC"
  nat_subnets           = [google_compute_subnetwork.good.id]
  target_service        = "projects/acme/regions/europe-west1/forwardingRules/app"
}

resource "google_compute_network_attachment" "good" {
  name                  = "good"
  connection_preference = "ACCEPT_MANUAL"
  subnetworks           = [google_compute_subnetwork.good.id]
}

resource "google_compute_network_attachment" "bad" {
  name                  = "bad"
  connection_preference = "ACCEPT_AUTOMATIC"
  subnetworks           = [google_compute_subnetwork.good.id]
}

resource "google_compute_packet_mirroring" "ids" {
  name = "ids"
  network {
    url = google_compute_network.main.id
  }
}

resource "google_compute_shared_vpc_host_project" "host" {
  project = "acme-net"
}

resource "google_compute_public_advertised_prefix" "own" {
  name               = "own"
  dns_verification_ip = "203.0.113.1"
  ip_cidr_range      = "203.0.113.0/24"
}

resource "google_compute_public_delegated_prefix" "own" {
  name          = "own-west"
  parent_prefix = google_compute_public_advertised_prefix.own.id
  ip_cidr_range = "203.0.113.0/26"
}

resource "google_compute_subnetwork_iam_member" "good" {
  subnetwork = google_compute_subnetwork.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_subnetwork_iam_binding" "good" {
  subnetwork = google_compute_subnetwork.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_subnetwork_iam_policy" "good" {
  subnetwork = google_compute_subnetwork.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_network" "first" {
  name                                      = "first"
  auto_create_subnetworks                   = false
  network_firewall_policy_enforcement_order = "BEFORE_CLASSIC_FIREWALL"
}
