resource "aws_security_group" "wide" {
  name        = "wide"
  description = "wide"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "all_tcp" {
  name        = "all_tcp"
  description = "all_tcp"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description      = "rule"
    from_port        = 0
    to_port          = 65535
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_security_group" "by_rule" {
  name   = "by-rule"
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_vpc_security_group_ingress_rule" "other_all" {
  security_group_id = aws_security_group.by_rule.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
