variable "signing" {
  type = string
}

resource "aws_route53_zone" "acme" {
  name = "acme.example"
}

resource "aws_route53_hosted_zone_dnssec" "acme" {
  hosted_zone_id = aws_route53_zone.acme.id
  signing_status = var.signing
}
