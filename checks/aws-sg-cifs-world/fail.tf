resource "aws_security_group" "share" {
  name   = "share"
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}

resource "aws_security_group_rule" "smb" {
  security_group_id = aws_security_group.share.id
  type              = "ingress"
  from_port         = 137
  to_port           = 445
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_security_group" "everything_v6" {
  name   = "everything"
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  ingress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    ipv6_cidr_blocks = ["::/0"]
  }
}
