# With manual updates the customer puts new versions of the runtime in force.
resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn:aws:iam::111122223333:role/resize"
  filename      = "code.zip"
  handler       = "index.handler"
  runtime       = "python3.14"
}

resource "aws_lambda_runtime_management_config" "resize" {
  function_name       = aws_lambda_function.resize.function_name
  update_runtime_on   = "Manual"
  runtime_version_arn = "arn:aws:lambda:eu-central-1::runtime:8eeff65f6809a3ce81507fe733fe09b835899b99481ba22fd75b5a7338290ec1"
}

# Otherwise that is the provider's duty, as long as there are any.
resource "aws_lambda_function" "other_render" {
  function_name = "render"
  role          = "arn:aws:iam::111122223333:role/render"
  filename      = "code.zip"
  handler       = "index.handler"
  runtime       = "nodejs24.x"
}
