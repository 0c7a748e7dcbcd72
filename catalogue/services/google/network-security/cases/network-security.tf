resource "google_network_security_gateway_security_policy" "good" {
  name = "proxy"
  tls_inspection_policy = google_network_security_tls_inspection_policy.good.id
}

resource "google_network_security_gateway_security_policy" "bad" {
  name = "proxy-lab"
}

resource "google_network_security_tls_inspection_policy" "good" {
  name = "inspect"
  ca_pool = "projects/acme/locations/europe-west1/caPools/internal"
  min_tls_version = "TLS_1_2"
}

resource "google_network_security_firewall_endpoint" "good" {
  name = "ips"
  parent = "organizations/1234567890"
  location = "europe-west1-b"
  billing_project_id = "acme"
}

resource "google_network_security_address_group" "good" {
  name = "offices"
  parent = "projects/acme"
  location = "global"
  type = "IPV4"
  capacity = 10
  items = ["203.0.113.0/24"]
}

resource "google_network_security_security_profile" "good" {
  name = "threats"
  parent = "organizations/1234567890"
  type = "THREAT_PREVENTION"
}

resource "google_network_security_server_tls_policy" "good" {
  name = "mutual"
  mtls_policy {
    client_validation_mode = "REJECT_INVALID"
  }
}

resource "google_network_security_server_tls_policy" "bad" {
  name = "open"
}

resource "google_network_services_gateway" "good" {
  name = "proxy"
  type = "SECURE_WEB_GATEWAY"
  network = "main"
  ports = [443]
}

resource "google_network_services_gateway" "bad" {
  name = "mesh"
  type = "OPEN_MESH"
  ports = [80]
}

resource "google_network_services_mesh" "good" {
  name = "mesh"
}

resource "google_network_services_edge_cache_service" "good" {
  name = "video"
  require_tls = true
  edge_security_policy = "projects/acme/global/securityPolicies/edge"
  log_config {
    enable = true
  }
}

resource "google_network_services_edge_cache_service" "bad" {
  name = "video-lab"
}

resource "google_network_services_edge_cache_origin" "good" {
  name = "origin"
  origin_address = "origin.example.com"
}

resource "google_network_services_edge_cache_origin" "bad" {
  name = "plain"
  origin_address = "origin.example.com"
  protocol = "HTTP"
}

resource "google_service_directory_namespace" "good" {
  namespace_id = "shop"
}

resource "google_service_directory_service" "good" {
  service_id = "app"
  namespace = google_service_directory_namespace.good.id
}

resource "google_network_security_gateway_security_policy_rule" "part" {
  name = "allow"
  gateway_security_policy = google_network_security_gateway_security_policy.good.name
  priority = 1
  enabled = true
  session_matcher = "true"
  basic_profile = "ALLOW"
}

resource "google_network_security_address_group_iam_member" "good" {
  name = google_network_security_address_group.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_network_security_address_group_iam_binding" "good" {
  name = google_network_security_address_group.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_network_security_address_group_iam_policy" "good" {
  name = google_network_security_address_group.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_service_directory_namespace_iam_member" "good" {
  name = google_service_directory_namespace.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_service_directory_namespace_iam_binding" "good" {
  name = google_service_directory_namespace.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_service_directory_namespace_iam_policy" "good" {
  name = google_service_directory_namespace.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_service_directory_service_iam_member" "good" {
  name = google_service_directory_service.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_service_directory_service_iam_binding" "good" {
  name = google_service_directory_service.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_service_directory_service_iam_policy" "good" {
  name = google_service_directory_service.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
