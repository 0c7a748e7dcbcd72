variable "sources" {
  type = list(string)
}

resource "aws_security_group" "files" {
  name        = "files"
  description = "files"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 21
    to_port     = 21
    protocol    = "tcp"
    cidr_blocks = var.sources
  }
}

resource "aws_security_group" "console" {
  name        = "console"
  description = "console"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 23
    to_port     = 23
    protocol    = "tcp"
    cidr_blocks = var.sources
  }
}
