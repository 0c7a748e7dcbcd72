resource "aws_ssm_parameter" "token" {
  name  = "/web/api-token"
  type  = "SecureString"
  value = "resolved-elsewhere"
}
