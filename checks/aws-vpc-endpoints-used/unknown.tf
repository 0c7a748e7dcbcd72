variable "service" {
  type = string
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "given" {
  vpc_id       = aws_vpc.main.id
  service_name = var.service
}
