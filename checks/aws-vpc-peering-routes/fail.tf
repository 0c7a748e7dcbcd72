resource "aws_vpc_peering_connection" "other" {
  vpc_id      = "vpc-0a1b2c3d4e5f60718"
  peer_vpc_id = "vpc-08172635445362718"
}

resource "aws_route_table" "inline" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  route {
    cidr_block                = "10.0.0.0/8"
    vpc_peering_connection_id = aws_vpc_peering_connection.other.id
  }
}

resource "aws_route_table" "separate" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}

resource "aws_route" "separate" {
  route_table_id            = aws_route_table.separate.id
  destination_cidr_block    = "0.0.0.0/0"
  vpc_peering_connection_id = aws_vpc_peering_connection.other.id
}
