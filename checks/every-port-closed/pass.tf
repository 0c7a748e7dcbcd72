resource "aws_security_group" "web" {
  name        = "web"
  description = "web"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    description = "rule"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    description = "rule"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_default_security_group" "closed" {
  vpc_id = "vpc-0a1b2c3d"
}

# Everything, but only from its own members.
resource "aws_security_group" "cluster" {
  name   = "cluster"
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_security_group_rule" "other_members" {
  type              = "ingress"
  security_group_id = aws_security_group.cluster.id
  from_port         = 0
  to_port           = 0
  protocol          = "-1"
  self              = true
}
