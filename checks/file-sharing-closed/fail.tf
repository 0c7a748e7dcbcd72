resource "aws_security_group" "files" {
  name        = "files"
  description = "files"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 445
    to_port     = 445
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "netbios" {
  name        = "netbios"
  description = "netbios"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description      = "rule"
    from_port        = 135
    to_port          = 139
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}
