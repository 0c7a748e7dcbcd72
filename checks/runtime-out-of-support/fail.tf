resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn:aws:iam::111122223333:role/resize"
  filename      = "code.zip"
  handler       = "index.handler"
  runtime       = "python3.7"
}

resource "aws_lambda_function" "render" {
  function_name = "render"
  role          = "arn:aws:iam::111122223333:role/render"
  filename      = "code.zip"
  handler       = "index.handler"
  runtime       = "nodejs12.x"
}
