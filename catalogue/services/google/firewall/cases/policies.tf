resource "google_compute_network_firewall_policy" "main" {
  name = "main"
}

resource "google_compute_network_firewall_policy_rule" "ssh" {
  firewall_policy = google_compute_network_firewall_policy.main.name
  priority        = 1000
  direction       = "INGRESS"
  action          = "allow"
  match {
    src_ip_ranges = ["0.0.0.0/0"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["22"]
    }
  }
}

resource "google_compute_network_firewall_policy_rule" "on" {
  firewall_policy = google_compute_network_firewall_policy.main.name
  priority        = 900
  direction       = "INGRESS"
  action          = "goto_next"
  match {
    src_ip_ranges = ["10.0.0.0/8"]
    layer4_configs {
      ip_protocol = "all"
    }
  }
}

resource "google_compute_network_firewall_policy_association" "main" {
  name              = "main"
  firewall_policy   = google_compute_network_firewall_policy.main.id
  attachment_target = "projects/acme/global/networks/main"
}

resource "google_compute_network_firewall_policy_with_rules" "whole" {
  name = "whole"
  rule {
    priority  = 100
    action    = "deny"
    direction = "INGRESS"
    match {
      src_ip_ranges = ["0.0.0.0/0"]
      layer4_config {
        ip_protocol = "tcp"
        ports       = ["3389"]
      }
    }
  }
  rule {
    priority  = 200
    action    = "allow"
    direction = "INGRESS"
    match {
      src_ip_ranges = ["0.0.0.0/0"]
      layer4_config {
        ip_protocol = "all"
      }
    }
  }
}

resource "google_compute_network_firewall_policy_rule" "rdp" {
  firewall_policy         = google_compute_network_firewall_policy.main.name
  priority                = 950
  direction               = "INGRESS"
  action                  = "deny"
  target_service_accounts = ["app@acme.iam.gserviceaccount.com"]
  match {
    src_ip_ranges = ["0.0.0.0/0"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["3389"]
    }
  }
}
