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
