resource "aws_ssm_parameter" "token" {
  name  = "/web/api-token"
  type  = "String"
  value = "resolved-elsewhere"
}
