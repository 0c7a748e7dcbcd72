variable "runtime" {
  type = string
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn:aws:iam::111122223333:role/resize"
  filename      = "code.zip"
  handler       = "index.handler"
  runtime       = var.runtime
}

resource "aws_lambda_runtime_management_config" "resize" {
  function_name     = aws_lambda_function.resize.function_name
  update_runtime_on = "FunctionUpdate"
}
