resource "aws_account_alternate_contact" "billing" {
  alternate_contact_type = "BILLING"
  name                   = "Accounts"
  title                  = "Payables"
  email_address          = "billing@example.com"
  phone_number           = "+1234567890"
}
