variable "status" {
  type = string
}

resource "aws_macie2_account" "given" {
  status = var.status
}
