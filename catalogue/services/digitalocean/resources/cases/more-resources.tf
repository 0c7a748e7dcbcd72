resource "digitalocean_vpc_peering" "main" {
  name = "main"
}

resource "digitalocean_floating_ip" "main" {
  name = "main"
}

resource "digitalocean_reserved_ip" "main" {
  name = "main"
}

resource "digitalocean_reserved_ipv6" "main" {
  name = "main"
}

resource "digitalocean_vpc_nat_gateway" "main" {
  name = "main"
}

resource "digitalocean_partner_attachment" "main" {
  name = "main"
}

resource "digitalocean_domain" "main" {
  name = "main"
}

resource "digitalocean_volume_snapshot" "main" {
  name = "main"
}

resource "digitalocean_droplet_snapshot" "main" {
  name = "main"
}

resource "digitalocean_nfs_snapshot" "main" {
  name = "main"
}

resource "digitalocean_volume" "main" {
  name = "main"
}

resource "digitalocean_custom_image" "main" {
  name = "main"
}

resource "digitalocean_nfs" "main" {
  name = "main"
}

resource "digitalocean_container_registry" "main" {
  name = "main"
}

resource "digitalocean_container_registries" "main" {
  name = "main"
}

resource "digitalocean_database_user" "main" {
  name = "main"
}

resource "digitalocean_genai_knowledge_base" "main" {
  name = "main"
}

resource "digitalocean_app" "main" {
  spec {
    name = "shop"
    env {
      key   = "REGION"
      value = "ams"
    }
  }
}

resource "digitalocean_cdn" "main" {
  origin = "files.ams3.digitaloceanspaces.com"
}

resource "digitalocean_certificate" "vendor" {
  name = "vendor"
  type = "lets_encrypt"
}

resource "digitalocean_certificate" "brought" {
  name        = "brought"
  private_key = "Kestrel-Orchard-41-Lantern"
}

resource "digitalocean_container_registry_docker_credentials" "reader" {
  registry_name = "main"
}

resource "digitalocean_container_registry_docker_credentials" "writer" {
  registry_name = "main"
  write         = true
}

resource "digitalocean_spaces_key" "narrow" {
  name = "narrow"
  grant {
    bucket     = "files"
    permission = "read"
  }
}

resource "digitalocean_spaces_key" "wide" {
  name = "wide"
  grant {
    bucket     = ""
    permission = "fullaccess"
  }
}

resource "digitalocean_ssh_key" "main" {
  name       = "main"
  public_key = "ssh-ed25519 key"
}

resource "digitalocean_database_replica" "inside" {
  name                 = "inside"
  private_network_uuid = "v1"
}

resource "digitalocean_database_replica" "unsaid" {
  name = "unsaid"
}

resource "digitalocean_database_online_migration" "tls" {
  cluster_id = "c1"
}

resource "digitalocean_database_online_migration" "plain" {
  cluster_id  = "c1"
  disable_ssl = true
  source {
    host     = "old"
    db_name  = "d"
    port     = 5432
    username = "u"
    password = "Kestrel-Orchard-41-Lantern"
  }
}

resource "digitalocean_droplet_autoscale" "main" {
  name = "main"
}

resource "digitalocean_genai_agent" "guarded" {
  name = "guarded"
  agent_guardrail {
    name = "g"
  }
}

resource "digitalocean_genai_agent" "bare" {
  name = "bare"
}

resource "digitalocean_genai_openai_api_key" "written" {
  name    = "written"
  api_key = "Kestrel-Orchard-41-Lantern"
}

resource "digitalocean_genai_openai_api_key" "by_hand" {
  name = "by-hand"
}

resource "digitalocean_kubernetes_node_pool" "main" {
  name = "main"
}

resource "digitalocean_loadbalancer" "public" {
  name                   = "public"
  redirect_http_to_https = true
  forwarding_rule {
    entry_protocol  = "http"
    entry_port      = 80
    target_protocol = "http"
    target_port     = 8080
  }
}

resource "digitalocean_loadbalancer" "inside" {
  name    = "inside"
  network = "INTERNAL"
  forwarding_rule {
    entry_protocol  = "http"
    entry_port      = 80
    target_protocol = "http"
    target_port     = 8080
  }
}

resource "digitalocean_monitor_alert" "heard" {
  type = "v1/insights/droplet/cpu"
  alerts {
    email = ["ops@rootstock.example"]
  }
}

resource "digitalocean_monitor_alert" "unheard" {
  type = "v1/insights/droplet/cpu"
  alerts {
  }
}

resource "digitalocean_record" "main" {
  name   = "www"
  domain = "rootstock.example"
  type   = "A"
  value  = "203.0.113.7"
}

resource "digitalocean_database_cluster" "closed" {
  name       = "closed"
  engine     = "pg"
  version    = "17"
  node_count = 1
}

resource "digitalocean_database_firewall" "closed" {
  cluster_id = digitalocean_database_cluster.closed.id
  rule {
    type  = "ip_addr"
    value = "203.0.113.7"
  }
}

resource "digitalocean_database_cluster" "open" {
  name       = "open"
  engine     = "pg"
  version    = "17"
  node_count = 1
}

resource "digitalocean_database_firewall" "open" {
  cluster_id = digitalocean_database_cluster.open.id
  rule {
    type  = "ip_addr"
    value = "0.0.0.0/0"
  }
}

resource "digitalocean_spaces_bucket" "logged" {
  name = "logged"
}

resource "digitalocean_spaces_bucket_logging" "logged" {
  bucket        = digitalocean_spaces_bucket.logged.id
  region        = "ams3"
  target_bucket = "logs"
  target_prefix = "logs/"
}

resource "digitalocean_spaces_bucket_policy" "logged" {
  bucket = digitalocean_spaces_bucket.logged.id
  region = "ams3"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::logged/*"
    }]
  })
}
