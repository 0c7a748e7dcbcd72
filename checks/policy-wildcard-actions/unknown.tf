variable "policies" {
  type = map(string)
}

resource "aws_sqs_queue" "jobs" {
  name   = "jobs"
  policy = var.policies["jobs"]
}

resource "aws_sns_topic" "alerts" {
  name   = "alerts"
  policy = var.policies["alerts"]
}

resource "aws_kms_key" "data" {
  description = "customer data"
  policy      = var.policies["data"]
}
