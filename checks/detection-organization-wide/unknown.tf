variable "enrol" {
  type = bool
}

resource "aws_macie2_organization_configuration" "main" {
  auto_enable = var.enrol
}
