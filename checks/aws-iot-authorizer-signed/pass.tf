resource "aws_iot_authorizer" "devices" {
  name                    = "devices"
  authorizer_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:authorise"
  token_key_name          = "token"
  token_signing_public_keys = {
    first = "public"
  }
}
