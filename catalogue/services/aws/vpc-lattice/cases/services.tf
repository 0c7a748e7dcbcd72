resource "aws_vpclattice_service" "guarded" {
  name      = "guarded"
  auth_type = "AWS_IAM"
}

resource "aws_vpclattice_auth_policy" "guarded" {
  resource_identifier = aws_vpclattice_service.guarded.arn
  policy              = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/app" }, Action = "vpc-lattice-svcs:Invoke", Resource = "*" }] })
}

resource "aws_vpclattice_access_log_subscription" "guarded" {
  resource_identifier = aws_vpclattice_service.guarded.id
  destination_arn     = "arn:aws:s3:::lattice-logs"
}

resource "aws_vpclattice_service" "open" {
  name = "open"
}

resource "aws_vpclattice_service_network" "guarded" {
  name      = "guarded"
  auth_type = "AWS_IAM"
}

resource "aws_vpclattice_access_log_subscription" "network" {
  resource_identifier = aws_vpclattice_service_network.guarded.id
  destination_arn     = "arn:aws:s3:::lattice-logs"
}

resource "aws_vpclattice_resource_policy" "guarded" {
  resource_arn = aws_vpclattice_service_network.guarded.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Action = "vpc-lattice:CreateServiceNetworkVpcAssociation", Resource = "*" }] })
}

resource "aws_vpclattice_service_network_vpc_association" "guarded" {
  service_network_identifier = aws_vpclattice_service_network.guarded.id
  vpc_identifier             = "vpc-0a1b2c3d"
  security_group_ids         = ["sg-0a1b2c3d"]
}

resource "aws_vpclattice_service_network" "open" {
  name = "open"
}

resource "aws_vpclattice_listener" "tls" {
  name               = "tls"
  protocol           = "HTTPS"
  service_identifier = aws_vpclattice_service.guarded.id
  default_action {
    fixed_response {
      status_code = 404
    }
  }
}

resource "aws_vpclattice_listener_rule" "tls" {
  name                = "tls"
  listener_identifier = aws_vpclattice_listener.tls.listener_id
  service_identifier  = aws_vpclattice_service.guarded.id
  priority            = 1
  action {
    forward {
      target_groups {
        target_group_identifier = aws_vpclattice_target_group.tls.id
      }
    }
  }
  match {
    http_match {
      method = "GET"
    }
  }
}

resource "aws_vpclattice_listener" "plain" {
  name               = "plain"
  protocol           = "HTTP"
  service_identifier = aws_vpclattice_service.open.id
  default_action {
    fixed_response {
      status_code = 404
    }
  }
}

resource "aws_vpclattice_target_group" "tls" {
  name = "tls"
  type = "INSTANCE"
  config {
    vpc_identifier = "vpc-0a1b2c3d"
    port           = 443
    protocol       = "HTTPS"
  }
}

resource "aws_vpclattice_target_group_attachment" "tls" {
  target_group_identifier = aws_vpclattice_target_group.tls.id
  target {
    id = "i-0123456789abcdef0"
  }
}

resource "aws_vpclattice_target_group" "plain" {
  name = "plain"
  type = "IP"
  config {
    vpc_identifier = "vpc-0a1b2c3d"
    port           = 80
    protocol       = "HTTP"
    health_check {
      enabled = false
    }
  }
}

resource "aws_vpclattice_resource_gateway" "door" {
  name       = "door"
  vpc_id     = "vpc-0a1b2c3d"
  subnet_ids = ["subnet-0a1b2c3d"]
}
