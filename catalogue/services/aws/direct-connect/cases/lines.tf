resource "aws_dx_connection" "encrypted" {
  name            = "encrypted"
  bandwidth       = "10Gbps"
  location        = "EqDC2"
  request_macsec  = true
  encryption_mode = "must_encrypt"
}

resource "aws_dx_macsec_key_association" "encrypted" {
  connection_id = aws_dx_connection.encrypted.id
  secret_arn    = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:macsec"
}

resource "aws_dx_connection" "plain" {
  name      = "plain"
  bandwidth = "1Gbps"
  location  = "EqDC2"
}

resource "aws_dx_lag" "bundle" {
  name                  = "bundle"
  connections_bandwidth = "1Gbps"
  location              = "EqDC2"
}

resource "aws_dx_hosted_connection" "partner" {
  name             = "partner"
  connection_id    = aws_dx_connection.plain.id
  bandwidth        = "100Mbps"
  owner_account_id = "444455556666"
  vlan             = 1
}

resource "aws_dx_gateway" "hub" {
  name            = "hub"
  amazon_side_asn = "64512"
}

resource "aws_dx_private_virtual_interface" "inner" {
  name           = "inner"
  connection_id  = aws_dx_connection.plain.id
  dx_gateway_id  = aws_dx_gateway.hub.id
  vlan           = 2
  address_family = "ipv4"
  bgp_asn        = 65000
}

resource "aws_dx_transit_virtual_interface" "hub" {
  name           = "hub"
  connection_id  = aws_dx_connection.plain.id
  dx_gateway_id  = aws_dx_gateway.hub.id
  vlan           = 3
  address_family = "ipv4"
  bgp_asn        = 65000
}

resource "aws_dx_public_virtual_interface" "outer" {
  name                  = "outer"
  connection_id         = aws_dx_connection.plain.id
  vlan                  = 4
  address_family        = "ipv4"
  bgp_asn               = 65000
  route_filter_prefixes = ["192.0.2.0/24"]
}
