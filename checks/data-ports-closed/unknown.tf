variable "sources" {
  type = list(string)
}

resource "aws_security_group" "database" {
  name        = "database"
  description = "database"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = var.sources
  }
}

resource "aws_security_group" "cache" {
  name   = "cache"
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_security_group_rule" "other_cache" {
  type              = "ingress"
  security_group_id = aws_security_group.cache.id
  from_port         = 6379
  to_port           = 6379
  protocol          = "tcp"
  cidr_blocks       = var.sources
}
