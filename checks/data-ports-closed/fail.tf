resource "aws_security_group" "database" {
  name        = "database"
  description = "database"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "cache" {
  name        = "cache"
  description = "cache"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description      = "rule"
    from_port        = 6379
    to_port          = 6379
    protocol         = "tcp"
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_security_group" "search" {
  name        = "search"
  description = "search"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 9200
    to_port     = 9300
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_default_security_group" "open" {
  vpc_id = "vpc-0a1b2c3d"
  ingress {
    from_port   = 3306
    to_port     = 3306
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
