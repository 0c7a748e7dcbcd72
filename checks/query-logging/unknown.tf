variable "record" {
  type = bool
}

resource "aws_route53_zone" "acme" {
  name = "acme.example"
}

resource "aws_route53_query_log" "acme" {
  count                    = var.record ? 1 : 0
  zone_id                  = aws_route53_zone.acme.zone_id
  cloudwatch_log_group_arn = "arn:aws:logs:us-east-1:111122223333:log-group:/dns/acme"
}
