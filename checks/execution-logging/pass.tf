resource "aws_sfn_state_machine" "order" {
  name       = "order"
  role_arn   = "arn:aws:iam::111122223333:role/order"
  definition = "{}"
  logging_configuration {
    level           = "ALL"
    log_destination = "arn:aws:logs:eu-central-1:111122223333:log-group:order:*"
  }
}

resource "aws_datasync_task" "copy" {
  source_location_arn      = "arn:aws:datasync:eu-central-1:111122223333:location/loc-1"
  destination_location_arn = "arn:aws:datasync:eu-central-1:111122223333:location/loc-2"
  cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:copy"
  options {
    log_level = "TRANSFER"
  }
}
