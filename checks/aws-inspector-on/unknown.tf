variable "types" {
  type = list(string)
}

resource "aws_inspector2_enabler" "given" {
  account_ids    = ["123456789012"]
  resource_types = var.types
}
