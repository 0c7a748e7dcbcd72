resource "aws_kinesis_stream" "good" {
  name                = "orders"
  encryption_type     = "KMS"
  kms_key_id          = "arn:aws:kms:eu-central-1:111122223333:key/1"
  shard_level_metrics = ["IncomingBytes"]
}

resource "aws_kinesis_resource_policy" "good" {
  resource_arn = aws_kinesis_stream.good.arn
  policy       = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "kinesis:GetRecords", Resource = "*" }] })
}

resource "aws_kinesis_stream" "their_key" {
  name            = "clicks"
  encryption_type = "KMS"
  kms_key_id      = "alias/aws/kinesis"
}

resource "aws_kinesis_stream" "plain" {
  name = "plain"
}
