variable "purpose" {
  type = string
}

resource "aws_account_alternate_contact" "given" {
  alternate_contact_type = var.purpose
  name                   = "Desk"
  title                  = "On call"
  email_address          = "desk@example.com"
  phone_number           = "+1234567890"
}
