variable "peer_range" {
  type = string
}

resource "aws_vpc_peering_connection" "other" {
  vpc_id      = "vpc-0a1b2c3d4e5f60718"
  peer_vpc_id = "vpc-08172635445362718"
}

resource "aws_route_table" "private" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  route {
    cidr_block                = var.peer_range
    vpc_peering_connection_id = aws_vpc_peering_connection.other.id
  }
}
