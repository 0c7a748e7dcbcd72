resource "aws_network_acl" "web" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_network_acl" "admin" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}

resource "aws_network_acl_rule" "rdp" {
  network_acl_id  = aws_network_acl.admin.id
  rule_number     = 100
  rule_action     = "allow"
  protocol        = "tcp"
  from_port       = 3389
  to_port         = 3389
  ipv6_cidr_block = "::/0"
}
