module "network" {
  source = "../../../modules/network"

  name          = "platform"
  cidr          = "10.61.0.0/16"
  zones         = ["a", "b"]
  nat           = "each"
  flow_log_days = 90
}

# The shop's network belongs to another root module: read, not managed here.
data "aws_vpc" "shop" {
  tags = { Name = "shop" }
}

resource "aws_vpc_peering_connection" "shop" {
  vpc_id      = module.network.vpc_id
  peer_vpc_id = data.aws_vpc.shop.id
  auto_accept = true
}

resource "aws_route" "shop" {
  route_table_id            = module.network.private_route_table_id
  destination_cidr_block    = "10.0.0.0/8"
  vpc_peering_connection_id = aws_vpc_peering_connection.shop.id
}
