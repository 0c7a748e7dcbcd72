variable "service" {
  type = string
}

resource "aws_organizations_delegated_administrator" "given" {
  account_id        = "210987654321"
  service_principal = var.service
}
