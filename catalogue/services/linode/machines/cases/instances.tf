variable "ports" {}

resource "linode_instance" "good" {
  label           = "good"
  type            = "g6-standard-1"
  region          = "us-southeast"
  backups_enabled = true
  firewall_id     = linode_firewall.narrow.id
}

resource "linode_instance" "bad" {
  label     = "bad"
  type      = "g6-standard-1"
  region    = "us-southeast"
  root_pass = "correct-horse-battery-9"
}

resource "linode_firewall" "narrow" {
  label = "narrow"
  inbound {
    label    = "office"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = "22, 8000-8010"
    ipv4     = ["203.0.113.0/24"]
  }
  inbound_policy  = "DROP"
  outbound_policy = "DROP"
}

resource "linode_firewall" "open" {
  label = "open"
  inbound {
    label    = "everybody"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = "80, 20-25,3306"
    ipv4     = ["0.0.0.0/0"]
    ipv6     = ["::/0"]
  }
  inbound_policy  = "DROP"
  outbound_policy = "ACCEPT"
}

resource "linode_firewall" "shut_by_rule" {
  label = "shut-by-rule"
  inbound {
    label    = "no-ssh"
    action   = "DROP"
    protocol = "TCP"
    ports    = "22,3389"
    ipv4     = ["0.0.0.0/0"]
    ipv6     = ["::/0"]
  }
  inbound_policy  = "ACCEPT"
  outbound_policy = "ACCEPT"
}

resource "linode_firewall" "disabled" {
  label           = "disabled"
  disabled        = true
  inbound_policy  = "DROP"
  outbound_policy = "DROP"
}

resource "linode_firewall" "later" {
  label = "later"
  inbound {
    label    = "some"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = var.ports
    ipv4     = ["0.0.0.0/0"]
  }
  inbound_policy  = "DROP"
  outbound_policy = "DROP"
}

resource "linode_firewall_device" "bad" {
  firewall_id = linode_firewall.open.id
  entity_id   = linode_instance.bad.id
}
