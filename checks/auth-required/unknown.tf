variable "authorization" {
  type = string
}

resource "aws_lambda_function_url" "form" {
  function_name      = "form"
  authorization_type = var.authorization
}
