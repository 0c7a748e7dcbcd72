resource "aws_vpc" "logged" {
  cidr_block       = "10.0.0.0/16"
  instance_tenancy = "dedicated"
}

resource "aws_flow_log" "vpc" {
  vpc_id               = aws_vpc.logged.id
  traffic_type         = "ALL"
  log_destination      = "arn:aws:s3:::flow-logs"
  log_destination_type = "s3"
}

resource "aws_vpc_encryption_control" "vpc" {
  vpc_id = aws_vpc.logged.id
  mode   = "enforce"
}

resource "aws_vpc" "dark" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc_encryption_control" "dark" {
  vpc_id = aws_vpc.dark.id
  mode   = "monitor"
}

resource "aws_default_vpc" "default" {}

resource "aws_flow_log" "default" {
  vpc_id          = aws_default_vpc.default.id
  iam_role_arn    = "arn:aws:iam::111122223333:role/flow"
  log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:flow"
}

resource "aws_default_vpc" "dark" {}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.logged.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.logged.id
  cidr_block              = "10.0.2.0/24"
  map_public_ip_on_launch = true
}

resource "aws_subnet" "on_site" {
  vpc_id      = aws_vpc.logged.id
  cidr_block  = "10.0.3.0/24"
  outpost_arn = "arn:aws:outposts:eu-west-1:111122223333:outpost/op-0123456789abcdef0"
}

resource "aws_default_subnet" "a" {
  availability_zone = "eu-west-1a"
}

resource "aws_default_subnet" "b" {
  availability_zone       = "eu-west-1b"
  map_public_ip_on_launch = false
}

resource "aws_flow_log" "subnet" {
  subnet_id       = aws_subnet.public.id
  log_destination = "arn:aws:s3:::flow-logs"
}

resource "aws_internet_gateway" "door" {
  vpc_id = aws_vpc.logged.id
}

resource "aws_internet_gateway" "second" {}

resource "aws_internet_gateway_attachment" "second" {
  internet_gateway_id = aws_internet_gateway.second.id
  vpc_id              = aws_vpc.dark.id
}

resource "aws_egress_only_internet_gateway" "out" {
  vpc_id = aws_vpc.logged.id
}

resource "aws_ec2_carrier_gateway" "edge" {
  vpc_id = aws_vpc.logged.id
}

resource "aws_nat_gateway" "public" {
  allocation_id = "eipalloc-0123456789abcdef0"
  subnet_id     = aws_subnet.public.id
}

resource "aws_nat_gateway" "private" {
  connectivity_type = "private"
  subnet_id         = aws_subnet.private.id
}

resource "aws_nat_gateway" "regional" {
  availability_mode = "regional"
  vpc_id            = aws_vpc.logged.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.logged.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.door.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.door.id
  }
}

resource "aws_route" "peer" {
  route_table_id            = aws_route_table.public.id
  destination_cidr_block    = "10.1.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.to_dark.id
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.dark.id
  route_table_id = aws_route_table.public.id
}

resource "aws_default_route_table" "default" {
  default_route_table_id = aws_vpc.logged.default_route_table_id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.public.id
  }
}

resource "aws_vpc_peering_connection" "to_dark" {
  vpc_id      = aws_vpc.logged.id
  peer_vpc_id = aws_vpc.dark.id
  auto_accept = true
}
