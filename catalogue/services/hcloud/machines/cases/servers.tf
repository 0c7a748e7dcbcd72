variable "port" {}

resource "hcloud_server" "good" {
  name              = "good"
  image             = "debian-13"
  server_type       = "cx23"
  backups           = true
  delete_protection = true
  firewall_ids      = [hcloud_firewall.narrow.id]
  public_net {
    ipv4_enabled = false
    ipv6_enabled = false
  }
}

resource "hcloud_server" "bad" {
  name         = "bad"
  image        = "debian-13"
  server_type  = "cx23"
  user_data    = "DB_PASSWORD=correct-horse-battery-9"
  firewall_ids = [hcloud_firewall.open.id]
}

resource "hcloud_firewall" "narrow" {
  name = "narrow"
  rule {
    direction   = "in"
    protocol    = "tcp"
    port        = "22"
    source_ips  = ["203.0.113.0/24"]
    description = "the office"
  }
  rule {
    direction       = "out"
    protocol        = "tcp"
    port            = "443"
    destination_ips = ["0.0.0.0/0", "::/0"]
    description     = "updates"
  }
}

resource "hcloud_firewall" "empty" {
  name = "empty"
}

resource "hcloud_firewall" "open" {
  name = "open"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "20-25"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "5432"
    source_ips = ["::/0"]
  }
}

resource "hcloud_firewall" "wide" {
  name = "wide"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "any"
    source_ips = ["0.0.0.0/0"]
  }
}

resource "hcloud_firewall" "later" {
  name = "later"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = var.port
    source_ips = ["0.0.0.0/0"]
  }
}

resource "hcloud_firewall_attachment" "later" {
  firewall_id = hcloud_firewall.later.id
  server_ids  = [hcloud_server.bad.id]
}
