resource "aws_cognito_user_pool" "optional" {
  name              = "optional"
  mfa_configuration = "OPTIONAL"
  software_token_mfa_configuration {
    enabled = true
  }
}

resource "aws_cognito_user_pool" "default" {
  name = "default"
}

resource "aws_directory_service_directory" "corp" {
  name     = "corp.example.com"
  password = "set-by-hand"
  type     = "MicrosoftAD"
  vpc_settings {
    vpc_id     = "vpc-0a1b2c3d4e5f60718"
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-18273645546372819"]
  }
}
