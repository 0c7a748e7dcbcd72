resource "aws_kms_key" "data" {
  description = "customer data"
  is_enabled  = false
}

resource "aws_kms_replica_key" "data" {
  primary_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  enabled         = false
}
