resource "aws_security_group" "bastion" {
  name        = "bastion"
  description = "bastion"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "windows" {
  name        = "windows"
  description = "windows"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description      = "rule"
    from_port        = 3000
    to_port          = 4000
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_security_group" "split" {
  name   = "split"
  vpc_id = "vpc-0a1b2c3d"
}

# Two halves make the whole internet.
resource "aws_vpc_security_group_ingress_rule" "other_lower" {
  security_group_id = aws_security_group.split.id
  from_port         = 22
  to_port           = 22
  ip_protocol       = "tcp"
  cidr_ipv4         = "0.0.0.0/1"
}

resource "aws_vpc_security_group_ingress_rule" "other_upper" {
  security_group_id = aws_security_group.split.id
  from_port         = 22
  to_port           = 22
  ip_protocol       = "tcp"
  cidr_ipv4         = "128.0.0.0/1"
}
