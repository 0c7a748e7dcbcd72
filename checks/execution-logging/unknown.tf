variable "level" {
  type = string
}

resource "aws_sfn_state_machine" "order" {
  name       = "order"
  role_arn   = "arn:aws:iam::111122223333:role/order"
  definition = "{}"
  logging_configuration {
    level           = var.level
    log_destination = "arn:aws:logs:eu-central-1:111122223333:log-group:order:*"
  }
}
