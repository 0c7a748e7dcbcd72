variable "mfa" {
  type = string
}

resource "aws_cognito_user_pool" "given" {
  name              = "given"
  mfa_configuration = var.mfa
}
