resource "digitalocean_vpc" "main" {
  name   = "main"
  region = "fra1"
}

resource "digitalocean_droplet" "good" {
  name       = "shop"
  image      = "debian-12-x64"
  region     = "fra1"
  size       = "s-2vcpu-4gb"
  backups    = true
  monitoring = true
}

resource "digitalocean_droplet" "bad" {
  name   = "scratch"
  image  = "debian-12-x64"
  region = "fra1"
  size   = "s-1vcpu-1gb"
}

resource "digitalocean_firewall" "rules" {
  name = "shop"
  inbound_rule {
    protocol         = "tcp"
    port_range       = "443"
    source_addresses = ["203.0.113.0/24"]
  }
}

resource "digitalocean_firewall" "empty" {
  name = "empty"
}

resource "digitalocean_firewall" "open" {
  name = "open"
  inbound_rule {
    protocol         = "tcp"
    port_range       = "22"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }
  inbound_rule {
    protocol         = "tcp"
    port_range       = "5000-6000"
    source_addresses = ["0.0.0.0/0"]
  }
  inbound_rule {
    protocol    = "tcp"
    port_range  = "9200"
    source_tags = ["web"]
  }
  outbound_rule {
    protocol              = "tcp"
    port_range            = "1-65535"
    destination_addresses = ["0.0.0.0/0"]
  }
}

variable "ports" {
  type = string
}

resource "digitalocean_firewall" "later" {
  name = "later"
  inbound_rule {
    protocol         = "udp"
    port_range       = var.ports
    source_addresses = ["0.0.0.0/0"]
  }
}

resource "digitalocean_database_cluster" "orders" {
  name       = "orders"
  engine     = "pg"
  version    = "17"
  size       = "db-s-2vcpu-4gb"
  region     = "fra1"
  node_count = 2
}

resource "digitalocean_spaces_bucket" "good" {
  name   = "ledger"
  region = "fra1"
  versioning {
    enabled = true
  }
}

resource "digitalocean_spaces_bucket" "bad" {
  name   = "downloads"
  region = "fra1"
  acl    = "public-read"
}

resource "digitalocean_kubernetes_cluster" "good" {
  name         = "shop"
  region       = "fra1"
  version      = "1.33.1-do.0"
  auto_upgrade = true
  ha           = true
  node_pool {
    name       = "default"
    size       = "s-2vcpu-4gb"
    node_count = 3
  }
}

resource "digitalocean_kubernetes_cluster" "bad" {
  name    = "scratch"
  region  = "fra1"
  version = "1.33.1-do.0"
  node_pool {
    name       = "default"
    size       = "s-2vcpu-4gb"
    node_count = 1
  }
}
