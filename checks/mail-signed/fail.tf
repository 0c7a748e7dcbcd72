resource "aws_ses_domain_identity" "shop" {
  domain = "shop.example.com"
}
