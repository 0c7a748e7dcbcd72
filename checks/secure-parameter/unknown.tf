variable "type" {
  type = string
}

resource "aws_ssm_parameter" "token" {
  name  = "/web/api-token"
  type  = var.type
  value = "resolved-elsewhere"
}
