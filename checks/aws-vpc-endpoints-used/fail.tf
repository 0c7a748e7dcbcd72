resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "logs_only" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id            = aws_vpc.logs_only.id
  service_name      = "com.amazonaws.eu-west-1.logs"
  vpc_endpoint_type = "Interface"
}
