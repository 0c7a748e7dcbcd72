resource "aws_qldb_ledger" "good" {
  name             = "ledger"
  permissions_mode = "STANDARD"
  kms_key          = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_qldb_stream" "good" {
  ledger_name          = aws_qldb_ledger.good.id
  stream_name          = "ledger"
  role_arn             = "arn:aws:iam::111122223333:role/ledger"
  inclusive_start_time = "2024-01-01T00:00:00Z"
  kinesis_configuration {
    stream_arn = "arn:aws:kinesis:eu-central-1:111122223333:stream/ledger"
  }
}

resource "aws_qldb_ledger" "bad" {
  name                = "open"
  permissions_mode    = "ALLOW_ALL"
  deletion_protection = false
}
