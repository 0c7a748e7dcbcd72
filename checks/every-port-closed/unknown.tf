variable "sources" {
  type = list(string)
}

resource "aws_security_group" "wide" {
  name        = "wide"
  description = "wide"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = var.sources
  }
}
