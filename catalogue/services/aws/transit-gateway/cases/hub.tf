resource "aws_ec2_transit_gateway" "hub" {
  encryption_support = "enable"
}

resource "aws_flow_log" "hub" {
  transit_gateway_id       = aws_ec2_transit_gateway.hub.id
  log_destination          = "arn:aws:s3:::flow-logs"
  log_destination_type     = "s3"
  max_aggregation_interval = 60
}

resource "aws_ec2_transit_gateway" "open" {
  auto_accept_shared_attachments = "enable"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = "vpc-0a1b2c3d"
  subnet_ids         = ["subnet-0a1b2c3d"]
}

resource "aws_flow_log" "attachment" {
  transit_gateway_attachment_id = aws_ec2_transit_gateway_vpc_attachment.app.id
  log_destination               = "arn:aws:s3:::flow-logs"
}

resource "aws_ec2_transit_gateway_peering_attachment" "far" {
  transit_gateway_id      = aws_ec2_transit_gateway.hub.id
  peer_transit_gateway_id = "tgw-0123456789abcdef0"
  peer_region             = "us-east-1"
}

resource "aws_ec2_transit_gateway_route_table" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
}

resource "aws_ec2_transit_gateway_route" "app" {
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.main.id
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
  destination_cidr_block         = "10.0.0.0/8"
}

resource "aws_ec2_transit_gateway_prefix_list_reference" "offices" {
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.main.id
  prefix_list_id                 = "pl-0123456789abcdef0"
  blackhole                      = true
}

resource "aws_ec2_transit_gateway_multicast_domain" "closed" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
}

resource "aws_ec2_transit_gateway_multicast_domain" "open" {
  transit_gateway_id              = aws_ec2_transit_gateway.hub.id
  auto_accept_shared_associations = "enable"
}

resource "aws_networkmanager_core_network" "wan" {
  global_network_id = "global-network-0123456789abcdef0"
}
