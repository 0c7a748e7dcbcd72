resource "aws_transfer_server" "good" {
  endpoint_type               = "VPC"
  protocols                   = ["SFTP"]
  identity_provider_type      = "AWS_DIRECTORY_SERVICE"
  directory_id                = "d-1234567890"
  security_policy_name        = "TransferSecurityPolicy-2024-01"
  structured_log_destinations = ["arn:aws:logs:eu-central-1:111122223333:log-group:transfer:*"]
  endpoint_details {
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_transfer_server" "bad" {
  protocols = ["FTP", "SFTP"]
  host_key  = "T0pS3cret-horse-battery"
}

resource "aws_transfer_host_key" "good" {
  server_id   = aws_transfer_server.good.id
  description = "rotated"
}

resource "aws_transfer_agreement" "good" {
  server_id          = aws_transfer_server.good.id
  access_role        = "arn:aws:iam::111122223333:role/as2"
  base_directory     = "/acme"
  local_profile_id   = "p-1"
  partner_profile_id = "p-2"
}

resource "aws_transfer_user" "partner" {
  server_id = aws_transfer_server.good.id
  user_name = "partner"
  role      = "arn:aws:iam::111122223333:role/partner"
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::acme/*" }] })
}

resource "aws_transfer_access" "group" {
  server_id   = aws_transfer_server.good.id
  external_id = "S-1-1-12-1234567890-123456789-1234567890-1234"
  role        = "arn:aws:iam::111122223333:role/partner"
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::acme/*" }] })
}

resource "aws_transfer_connector" "good" {
  url          = "sftp://files.example.com"
  access_role  = "arn:aws:iam::111122223333:role/connector"
  logging_role = "arn:aws:iam::111122223333:role/log"
  sftp_config {
    user_secret_id    = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:partner"
    trusted_host_keys = ["ssh-rsa AAAA"]
  }
}

resource "aws_transfer_connector" "bad" {
  url         = "http://as2.example.com"
  access_role = "arn:aws:iam::111122223333:role/connector"
}

resource "aws_transfer_web_app" "files" {
  identity_provider_details {
    identity_center_config {
      instance_arn = "arn:aws:sso:::instance/ssoins-1"
      role         = "arn:aws:iam::111122223333:role/web"
    }
  }
}

resource "aws_transfer_certificate" "own" {
  certificate = "-----BEGIN CERTIFICATE-----"
  private_key = "T0pS3cret-horse-battery"
  usage       = "SIGNING"
}

resource "aws_transfer_certificate" "partner" {
  certificate = "-----BEGIN CERTIFICATE-----"
  usage       = "ENCRYPTION"
}
