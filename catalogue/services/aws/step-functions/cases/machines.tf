resource "aws_sfn_state_machine" "good" {
  name       = "orders"
  role_arn   = "arn:aws:iam::111122223333:role/orders"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  encryption_configuration {
    type       = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-central-1:111122223333:log-group:/orders:*"
  }
  tracing_configuration {
    enabled = true
  }
}

resource "aws_sfn_state_machine" "bare" {
  name       = "bare"
  role_arn   = "arn:aws:iam::111122223333:role/orders"
  definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
  logging_configuration {
    level = "OFF"
  }
}

resource "aws_sfn_activity" "good" {
  name = "approve"
  encryption_configuration {
    type       = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
}

resource "aws_sfn_activity" "bare" {
  name = "bare"
}
