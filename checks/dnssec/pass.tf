resource "aws_route53_zone" "acme" {
  name = "acme.example"
}

resource "aws_route53_key_signing_key" "acme" {
  hosted_zone_id             = aws_route53_zone.acme.id
  key_management_service_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  name                       = "acme"
}

resource "aws_route53_hosted_zone_dnssec" "acme" {
  hosted_zone_id = aws_route53_zone.acme.id
}

# Private: nobody outside asks it.
resource "aws_route53_zone" "other_inside" {
  name = "inside.acme.example"
  vpc {
    vpc_id = "vpc-0a1b2c3d"
  }
}
