resource "aws_account_alternate_contact" "security" {
  alternate_contact_type = "SECURITY"
  name                   = "Security desk"
  title                  = "On call"
  email_address          = "security@example.com"
  phone_number           = "+1234567890"
}

resource "aws_account_alternate_contact" "billing" {
  alternate_contact_type = "BILLING"
  name                   = "Accounts"
  title                  = "Payables"
  email_address          = "billing@example.com"
  phone_number           = "+1234567890"
}
