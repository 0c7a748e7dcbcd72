resource "aws_cognito_user_pool" "staff" {
  name              = "staff"
  mfa_configuration = "ON"
  software_token_mfa_configuration {
    enabled = true
  }
}

resource "aws_directory_service_directory" "corp" {
  name     = "corp.example.com"
  password = "set-by-hand"
  edition  = "Standard"
  type     = "MicrosoftAD"
  vpc_settings {
    vpc_id     = "vpc-0a1b2c3d4e5f60718"
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-18273645546372819"]
  }
}

resource "aws_directory_service_radius_settings" "corp" {
  directory_id            = aws_directory_service_directory.corp.id
  authentication_protocol = "PAP"
  display_label           = "token"
  radius_port             = 1812
  radius_retries          = 4
  radius_servers          = ["10.0.1.5"]
  radius_timeout          = 1
  shared_secret           = "set-by-hand"
}
