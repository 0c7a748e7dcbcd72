resource "aws_lightsail_instance" "backed_up" {
  name              = "backed-up"
  availability_zone = "eu-west-1a"
  blueprint_id      = "debian_12"
  bundle_id         = "small_3_0"
  add_on {
    type          = "AutoSnapshot"
    snapshot_time = "06:00"
    status        = "Enabled"
  }
}

resource "aws_lightsail_instance_public_ports" "backed_up" {
  instance_name = aws_lightsail_instance.backed_up.name
  port_info {
    protocol  = "tcp"
    from_port = 22
    to_port   = 22
    cidrs     = ["192.0.2.0/24"]
  }
  port_info {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
  }
}

resource "aws_lightsail_instance" "plain" {
  name              = "plain"
  availability_zone = "eu-west-1a"
  blueprint_id      = "debian_12"
  bundle_id         = "small_3_0"
}

resource "aws_lightsail_database" "good" {
  relational_database_name     = "good"
  availability_zone            = "eu-west-1a"
  blueprint_id                 = "postgres_16"
  bundle_id                    = "medium_ha_2_0"
  master_database_name         = "app"
  master_username              = "app"
  master_password              = var.password
  preferred_maintenance_window = "Tue:16:00-Tue:16:30"
}

variable "password" {
  type = string
}

resource "aws_lightsail_database" "bad" {
  relational_database_name = "bad"
  availability_zone        = "eu-west-1a"
  blueprint_id             = "mysql_8_0"
  bundle_id                = "micro_2_0"
  master_database_name     = "app"
  master_username          = "app"
  master_password          = var.password
  publicly_accessible      = true
  backup_retention_enabled = false
  skip_final_snapshot      = true
}

resource "aws_lightsail_container_service" "app" {
  name  = "app"
  power = "nano"
  scale = 2
}

resource "aws_lightsail_container_service_deployment_version" "app" {
  service_name = aws_lightsail_container_service.app.name
  container {
    container_name = "app"
    image          = "nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
}

resource "aws_lightsail_container_service" "tagged" {
  name  = "tagged"
  power = "nano"
  scale = 1
}

resource "aws_lightsail_container_service_deployment_version" "tagged" {
  service_name = aws_lightsail_container_service.tagged.name
  container {
    container_name = "app"
    image          = "nginx:latest"
    environment = {
      AWS_SECRET_ACCESS_KEY = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"
    }
  }
}

resource "aws_lightsail_bucket" "files" {
  name      = "files"
  bundle_id = "small_1_0"
}

resource "aws_lightsail_bucket_access_key" "files" {
  bucket_name = aws_lightsail_bucket.files.name
}

resource "aws_lightsail_disk" "data" {
  name              = "data"
  availability_zone = "eu-west-1a"
  size_in_gb        = 8
}

resource "aws_lightsail_lb" "front" {
  name          = "front"
  instance_port = 80
}

resource "aws_lightsail_lb_https_redirection_policy" "front" {
  lb_name = aws_lightsail_lb.front.name
  enabled = true
}

resource "aws_lightsail_lb_attachment" "front" {
  lb_name       = aws_lightsail_lb.front.name
  instance_name = aws_lightsail_instance.plain.name
}

resource "aws_lightsail_lb" "plain" {
  name          = "plain"
  instance_port = 80
}

resource "aws_lightsail_distribution" "tls" {
  name      = "tls"
  bundle_id = "small_1_0"
  origin {
    name            = aws_lightsail_instance.plain.name
    region_name     = "eu-west-1"
    protocol_policy = "https-only"
  }
  default_cache_behavior {
    behavior = "cache"
  }
}

resource "aws_lightsail_distribution" "plain" {
  name      = "plain"
  bundle_id = "small_1_0"
  origin {
    name        = aws_lightsail_instance.plain.name
    region_name = "eu-west-1"
  }
  default_cache_behavior {
    behavior = "cache"
  }
}

resource "aws_lightsail_static_ip" "one" {
  name = "one"
}

resource "aws_lightsail_static_ip_attachment" "one" {
  static_ip_name = aws_lightsail_static_ip.one.name
  instance_name  = aws_lightsail_instance.plain.name
}

resource "aws_lightsail_domain" "site" {
  domain_name = "example.com"
}

resource "aws_lightsail_domain_entry" "www" {
  domain_name = aws_lightsail_domain.site.domain_name
  name        = "www"
  type        = "A"
  target      = "192.0.2.1"
}
