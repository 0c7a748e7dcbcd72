resource "aws_vpn_gateway" "home" {
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_vpn_gateway_attachment" "home" {
  vpn_gateway_id = aws_vpn_gateway.home.id
  vpc_id         = "vpc-0a1b2c3d"
}

resource "aws_vpn_concentrator" "branches" {
  type               = "ipsec.1"
  transit_gateway_id = "tgw-0123456789abcdef0"
}

resource "aws_vpn_connection" "logged" {
  customer_gateway_id     = "cgw-0123456789abcdef0"
  vpn_gateway_id          = aws_vpn_gateway.home.id
  type                    = "ipsec.1"
  outside_ip_address_type = "PrivateIpv4"
  preshared_key_storage   = "SecretsManager"
  tunnel1_log_options {
    cloudwatch_log_options {
      log_enabled   = true
      log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:vpn"
    }
  }
  tunnel2_log_options {
    cloudwatch_log_options {
      log_enabled   = true
      log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:vpn"
    }
  }
}

resource "aws_vpn_connection" "plain" {
  customer_gateway_id = "cgw-0123456789abcdef0"
  vpn_gateway_id      = aws_vpn_gateway.home.id
  type                = "ipsec.1"
}

resource "aws_ec2_client_vpn_endpoint" "certificates" {
  server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  client_cidr_block      = "10.9.0.0/16"
  authentication_options {
    type                       = "certificate-authentication"
    root_certificate_chain_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/2234abcd-12ab-34cd-56ef-1234567890ab"
  }
  connection_log_options {
    enabled = false
  }
}

resource "aws_ec2_client_vpn_endpoint" "federated" {
  server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
  client_cidr_block      = "10.9.0.0/16"
  vpc_id                 = "vpc-0a1b2c3d"
  authentication_options {
    type              = "federated-authentication"
    saml_provider_arn = "arn:aws:iam::111122223333:saml-provider/idp"
  }
  connection_log_options {
    enabled              = true
    cloudwatch_log_group = "vpn"
  }
}

resource "aws_ec2_client_vpn_network_association" "federated" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.federated.id
  subnet_id              = "subnet-0a1b2c3d"
}
