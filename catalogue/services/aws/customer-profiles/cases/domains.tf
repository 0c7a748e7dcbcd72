resource "aws_customerprofiles_domain" "good" {
  domain_name             = "good"
  default_expiration_days = 365
  default_encryption_key  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  dead_letter_queue_url   = "https://sqs.eu-west-1.amazonaws.com/111122223333/failed"
}

resource "aws_customerprofiles_domain" "plain" {
  domain_name             = "plain"
  default_expiration_days = 365
}
