resource "aws_verifiedpermissions_policy_store" "good" {
  deletion_protection = "ENABLED"
  validation_settings {
    mode = "STRICT"
  }
}

resource "aws_verifiedpermissions_identity_source" "good" {
  policy_store_id = aws_verifiedpermissions_policy_store.good.id
  configuration {
    cognito_user_pool_configuration {
      user_pool_arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/1"
    }
  }
}

resource "aws_verifiedpermissions_policy_store" "loose" {
  validation_settings {
    mode = "OFF"
  }
}
