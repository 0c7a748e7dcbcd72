variable "redrive" {
  type = string
}

resource "aws_sqs_queue" "orders" {
  name           = "orders"
  redrive_policy = var.redrive
}
