resource "aws_route53_zone" "acme" {
  name = "acme.example"
}

resource "aws_route53_zone" "shop" {
  name = "shop.example"
}

resource "aws_route53_hosted_zone_dnssec" "shop" {
  hosted_zone_id = aws_route53_zone.shop.id
  signing_status = "NOT_SIGNING"
}
