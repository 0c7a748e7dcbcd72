resource "aws_kms_key" "queues" {}

resource "aws_sqs_queue" "good" {
  name              = "orders"
  kms_master_key_id = aws_kms_key.queues.arn
  policy            = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "sqs:SendMessage", Resource = "*" }] })
}

resource "aws_sqs_queue_redrive_policy" "good" {
  queue_url      = aws_sqs_queue.good.id
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 4 })
}

resource "aws_sqs_queue" "dead" {
  name              = "orders-dead"
  kms_master_key_id = "alias/aws/sqs"
}

resource "aws_sqs_queue" "silent" {
  name           = "silent"
  redrive_policy = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-central-1:111122223333:orders-dead", maxReceiveCount = 4 })
}

resource "aws_sqs_queue" "plain" {
  name                    = "plain"
  sqs_managed_sse_enabled = false
}

resource "aws_sqs_queue_policy" "plain" {
  queue_url = aws_sqs_queue.plain.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:*", Resource = "*" }] })
}

variable "sse" {
  type = bool
}

resource "aws_sqs_queue" "asked" {
  name                    = "asked"
  sqs_managed_sse_enabled = var.sse
}
