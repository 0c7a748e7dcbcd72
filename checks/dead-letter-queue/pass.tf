resource "aws_sqs_queue" "orders" {
  name           = "orders"
  redrive_policy = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-central-1:111122223333:orders-dead", maxReceiveCount = 5 })
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn:aws:iam::111122223333:role/resize"
  runtime       = "python3.13"
  handler       = "main.handler"
  dead_letter_config {
    target_arn = "arn:aws:sqs:eu-central-1:111122223333:resize-dead"
  }
}
