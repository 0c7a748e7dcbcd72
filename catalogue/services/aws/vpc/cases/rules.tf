resource "aws_security_group" "inline" {
  name   = "inline"
  vpc_id = "vpc-0a1b2c3d"

  ingress {
    description      = "TLS from everywhere"
    from_port        = 443
    to_port          = 443
    protocol         = "tcp"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    from_port       = 0
    to_port         = 0
    protocol        = "-1"
    prefix_list_ids = [aws_ec2_managed_prefix_list.offices.id]
  }
}

resource "aws_security_group" "split" {
  name   = "split"
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  security_group_id = aws_security_group.split.id
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
}

resource "aws_security_group_rule" "self" {
  type              = "ingress"
  security_group_id = aws_security_group.split.id
  from_port         = 0
  to_port           = 65535
  protocol          = "tcp"
  self              = true
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  security_group_id = aws_security_group.split.id
  from_port         = 0
  to_port           = 0
  protocol          = "-1"
  cidr_blocks       = ["0.0.0.0/0"]
  description       = "anywhere"
}

resource "aws_security_group" "single" {
  name   = "single"
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.single.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.inline.id
  description                  = "from the application"
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.single.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_vpc_association" "single" {
  security_group_id = aws_security_group.single.id
  vpc_id            = "vpc-0b1b2c3d"
}

resource "aws_default_security_group" "closed" {
  vpc_id = "vpc-0a1b2c3d"
}

# Which addresses is not known before it is applied, that port 22 is open is.
resource "aws_security_group" "variable" {
  name = "variable"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.admins
  }
}

variable "admins" {
  type = list(string)
}

resource "aws_network_acl" "inline" {
  vpc_id     = "vpc-0a1b2c3d"
  subnet_ids = ["subnet-0a1b2c3d"]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "0.0.0.0/0"
  }
  egress {
    rule_no    = 100
    action     = "deny"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_network_acl" "split" {
  vpc_id = "vpc-0a1b2c3d"
}

resource "aws_network_acl_rule" "in" {
  network_acl_id = aws_network_acl.split.id
  rule_number    = 200
  protocol       = "tcp"
  rule_action    = "deny"
  cidr_block     = "0.0.0.0/0"
  from_port      = 22
  to_port        = 22
}

resource "aws_network_acl_rule" "out" {
  network_acl_id  = aws_network_acl.split.id
  egress          = true
  rule_number     = 200
  protocol        = "-1"
  rule_action     = "allow"
  ipv6_cidr_block = "::/0"
}

resource "aws_network_acl_association" "split" {
  network_acl_id = aws_network_acl.split.id
  subnet_id      = "subnet-0b1b2c3d"
}

resource "aws_default_network_acl" "default" {
  default_network_acl_id = "acl-0a1b2c3d"
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "10.0.0.0/8"
  }
}

resource "aws_ec2_managed_prefix_list" "offices" {
  name           = "offices"
  address_family = "IPv4"
  max_entries    = 5
  entry {
    cidr = "192.0.2.0/24"
  }
}

resource "aws_ec2_managed_prefix_list_entry" "annex" {
  prefix_list_id = aws_ec2_managed_prefix_list.offices.id
  cidr           = "198.51.100.0/24"
}
