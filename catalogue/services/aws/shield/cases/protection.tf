resource "aws_lb" "front" {
  name    = "front"
  subnets = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
}

resource "aws_shield_protection" "front" {
  name         = "front"
  resource_arn = aws_lb.front.arn
}

resource "aws_shield_subscription" "this" {
  auto_renew = "ENABLED"
}
