resource "aws_sfn_state_machine" "order" {
  name       = "order"
  role_arn   = "arn:aws:iam::111122223333:role/order"
  definition = "{}"
}

resource "aws_datasync_task" "copy" {
  source_location_arn      = "arn:aws:datasync:eu-central-1:111122223333:location/loc-1"
  destination_location_arn = "arn:aws:datasync:eu-central-1:111122223333:location/loc-2"
}
