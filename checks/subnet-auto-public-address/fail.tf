resource "aws_subnet" "app" {
  vpc_id                  = "vpc-0a1b2c3d4e5f60718"
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_default_subnet" "zone_a" {
  availability_zone = "eu-west-1a"
}
