variable "signed" {
  type = bool
}

resource "aws_ses_domain_identity" "shop" {
  domain = "shop.example.com"
}

resource "aws_ses_domain_dkim" "shop" {
  count  = var.signed ? 1 : 0
  domain = aws_ses_domain_identity.shop.domain
}
