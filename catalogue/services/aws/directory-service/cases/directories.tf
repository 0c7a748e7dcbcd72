variable "password" {
  type      = string
  sensitive = true
}

resource "aws_directory_service_directory" "managed" {
  name     = "corp.example.com"
  password = var.password
  type     = "MicrosoftAD"
  edition  = "Standard"

  vpc_settings {
    vpc_id     = "vpc-1"
    subnet_ids = ["subnet-1", "subnet-2"]
  }
}

resource "aws_directory_service_log_subscription" "managed" {
  directory_id   = aws_directory_service_directory.managed.id
  log_group_name = "/aws/directory"
}

resource "aws_directory_service_radius_settings" "managed" {
  directory_id            = aws_directory_service_directory.managed.id
  authentication_protocol = "PAP"
  display_label           = "radius"
  radius_port             = 1812
  radius_retries          = 4
  radius_servers          = ["10.0.1.5"]
  radius_timeout          = 1
  shared_secret           = var.password
}

resource "aws_directory_service_trust" "managed" {
  directory_id       = aws_directory_service_directory.managed.id
  remote_domain_name = "other.example.com"
  trust_direction    = "Two-Way"
  trust_password     = var.password
}

resource "aws_directory_service_region" "managed" {
  directory_id = aws_directory_service_directory.managed.id
  region_name  = "eu-central-1"
  vpc_settings {
    vpc_id     = "vpc-2"
    subnet_ids = ["subnet-3", "subnet-4"]
  }
}

resource "aws_directory_service_shared_directory" "managed" {
  directory_id = aws_directory_service_directory.managed.id
  target {
    id = "444455556666"
  }
}

resource "aws_directory_service_directory" "connector" {
  name     = "onprem.example.com"
  password = var.password
  type     = "ADConnector"
  size     = "Small"

  connect_settings {
    customer_dns_ips  = ["10.0.0.10"]
    customer_username = "connector"
    subnet_ids        = ["subnet-1", "subnet-2"]
    vpc_id            = "vpc-1"
  }
}
