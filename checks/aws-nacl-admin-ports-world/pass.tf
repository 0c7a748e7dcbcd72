resource "aws_network_acl" "web" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 443
    to_port    = 443
    cidr_block = "0.0.0.0/0"
  }
  ingress {
    rule_no    = 110
    action     = "allow"
    protocol   = "tcp"
    from_port  = 22
    to_port    = 22
    cidr_block = "10.0.0.0/8"
  }
}

# The refusal comes first.
resource "aws_network_acl" "mixed" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}

resource "aws_network_acl_rule" "refuse_ssh" {
  network_acl_id = aws_network_acl.mixed.id
  rule_number    = 10
  rule_action    = "deny"
  protocol       = "tcp"
  from_port      = 22
  to_port        = 22
  cidr_block     = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "refuse_rdp" {
  network_acl_id = aws_network_acl.mixed.id
  rule_number    = 20
  rule_action    = "deny"
  protocol       = "tcp"
  from_port      = 3389
  to_port        = 3389
  cidr_block     = "0.0.0.0/0"
}

resource "aws_network_acl_rule" "rest" {
  network_acl_id = aws_network_acl.mixed.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  from_port      = 1
  to_port        = 65535
  cidr_block     = "0.0.0.0/0"
}
