variable "unsigned" {
  type = bool
}

resource "aws_iot_authorizer" "devices" {
  name                    = "devices"
  authorizer_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:authorise"
  signing_disabled        = var.unsigned
}
