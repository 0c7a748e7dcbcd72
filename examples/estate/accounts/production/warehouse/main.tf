# The warehouse has a rack of the provider's hardware (an Outpost) and servers of
# its own that run containers. There, even the building is Fernhill's.

variable "outpost_arn" {
  type    = string
  default = "arn:aws:outposts:eu-central-1:777788889999:outpost/op-0a1b2c3d4e5f60718"
}

resource "aws_vpc" "warehouse" {
  cidr_block = "10.70.0.0/16"

  tags = { Name = "warehouse" }
}

resource "aws_subnet" "outpost" {
  vpc_id            = aws_vpc.warehouse.id
  cidr_block        = "10.70.1.0/24"
  availability_zone = "eu-central-1a"
  outpost_arn       = var.outpost_arn
}

resource "aws_db_subnet_group" "outpost" {
  name       = "warehouse"
  subnet_ids = [aws_subnet.outpost.id]
}

resource "aws_db_instance" "stock" {
  identifier                  = "stock"
  engine                      = "postgres"
  engine_version              = "15.12"
  instance_class              = "db.m5.large"
  allocated_storage           = 100
  storage_encrypted           = true
  username                    = "stock"
  manage_master_user_password = true
  customer_owned_ip_enabled   = true
  backup_target               = "outposts"
  backup_retention_period     = 7
  deletion_protection         = true
  db_subnet_group_name        = aws_db_subnet_group.outpost.name
  final_snapshot_identifier   = "stock-final"
}

resource "aws_s3control_bucket" "labels" {
  bucket     = "fernhill-labels"
  outpost_id = "op-0a1b2c3d4e5f60718"
}

resource "aws_ecs_cluster" "floor" {
  name = "floor"
}

data "aws_vpc" "shop" {
  tags = { Name = "shop" }
}

# ECS Anywhere on the servers under the conveyor belt.
module "scanner" {
  source = "../../../modules/service"

  name           = "scanner"
  cluster_arn    = aws_ecs_cluster.floor.arn
  image          = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/warehouse:5.2"
  launch_type    = "EXTERNAL"
  vpc_id         = data.aws_vpc.shop.id
  subnet_ids     = []
  front_group_id = "sg-0d1e2f3a4b5c60011"
}

resource "aws_ssm_activation" "floor" {
  name               = "floor"
  iam_role           = aws_iam_role.floor.id
  registration_limit = 12
}

resource "aws_iam_role" "floor" {
  name = "floor-servers"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ssm.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "777788889999" } }
    }]
  })
}

resource "aws_iot_thing" "belt" {
  for_each = toset(["belt-1", "belt-2"])
  name     = each.key
}

resource "aws_vpn_connection" "floor" {
  customer_gateway_id = aws_customer_gateway.floor.id
  vpn_gateway_id      = aws_vpn_gateway.floor.id
  type                = "ipsec.1"
  static_routes_only  = true
}

resource "aws_customer_gateway" "floor" {
  bgp_asn    = "65000"
  ip_address = "192.0.2.10"
  type       = "ipsec.1"
}

resource "aws_vpn_gateway" "floor" {
  vpc_id = aws_vpc.warehouse.id
}
