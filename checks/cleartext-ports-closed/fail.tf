resource "aws_security_group" "files" {
  name        = "files"
  description = "files"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 20
    to_port     = 21
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "console" {
  name        = "console"
  description = "console"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description      = "rule"
    from_port        = 23
    to_port          = 23
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_security_group" "range" {
  name        = "range"
  description = "range"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 1000
    to_port     = 3000
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_default_security_group" "directory" {
  vpc_id = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 389
    to_port     = 389
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
