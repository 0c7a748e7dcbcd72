variable "sources" {
  type = list(string)
}

resource "aws_security_group" "files" {
  name        = "files"
  description = "files"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 445
    to_port     = 445
    protocol    = "tcp"
    cidr_blocks = var.sources
  }
}
