locals {
  registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
}

resource "aws_ecs_cluster" "shop" {
  name = "shop"

  setting {
    name  = "containerInsights"
    value = "enhanced"
  }

  configuration {
    execute_command_configuration {
      logging = "DEFAULT"
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "shop" {
  cluster_name       = aws_ecs_cluster.shop.name
  capacity_providers = ["FARGATE", aws_ecs_capacity_provider.machines.name]

  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

# The storefront and the services of terraform.tfvars run on Fargate.
module "storefront" {
  source = "../../../modules/service"

  name             = "storefront"
  cluster_arn      = aws_ecs_cluster.shop.arn
  image            = "${local.registry}/storefront@sha256:4b1f9c2d7e8a6053f1d2c3b4a59687706f5e4d3c2b1a09f8e7d6c5b4a3928170"
  platform_version = "LATEST"
  replicas         = 4
  vpc_id           = module.network.vpc_id
  subnet_ids       = module.network.private_subnet_ids
  listener_arn     = aws_lb_listener.https.arn
  front_group_id   = aws_security_group.front.id
  permissions      = data.aws_iam_policy_document.storefront.json

  environment = {
    ORDERS_HOST      = module.orders.address
    PAYMENT_ENDPOINT = var.payment_endpoint
    SEARCH_ENDPOINT  = aws_opensearch_domain.catalogue.endpoint
  }

  secrets = {
    SESSION_KEY = aws_secretsmanager_secret.shop["session"].arn
  }
}

data "aws_iam_policy_document" "storefront" {
  statement {
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.baskets.arn]
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.orders.arn]
  }
}

module "services" {
  source   = "../../../modules/service"
  for_each = var.services

  name             = each.key
  cluster_arn      = aws_ecs_cluster.shop.arn
  image            = each.value.digest != null ? "${local.registry}/${each.key}@${each.value.digest}" : "${local.registry}/${each.key}:${each.value.tag}"
  platform_version = each.value.platform_version
  replicas         = each.value.replicas
  vpc_id           = module.network.vpc_id
  subnet_ids       = module.network.private_subnet_ids
  listener_arn     = aws_lb_listener.https.arn
  paths            = each.value.paths
  front_group_id   = aws_security_group.front.id
}

# Image conversion needs a graphics card: machines of Fernhill's own behind ECS.
module "pictures" {
  source = "../../../modules/service"

  name           = "pictures"
  cluster_arn    = aws_ecs_cluster.shop.arn
  image          = "${local.registry}/pictures:1.18"
  launch_type    = "EC2"
  vpc_id         = module.network.vpc_id
  subnet_ids     = module.network.private_subnet_ids
  front_group_id = module.storefront.security_group_id
}

resource "aws_ecs_capacity_provider" "machines" {
  name = "machines"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.machines.arn
    managed_termination_protection = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 90
    }
  }
}

data "aws_ssm_parameter" "ecs_image" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
}

resource "aws_launch_template" "machines" {
  name_prefix   = "shop-machines-"
  image_id      = data.aws_ssm_parameter.ecs_image.insecure_value
  instance_type = "g5.xlarge"

  iam_instance_profile {
    arn = aws_iam_instance_profile.machines.arn
  }

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size = 100
      encrypted   = true
    }
  }

  vpc_security_group_ids = [module.pictures.security_group_id]
  user_data              = base64encode("#!/bin/sh\necho ECS_CLUSTER=${aws_ecs_cluster.shop.name} >> /etc/ecs/ecs.config\n")
}

resource "aws_autoscaling_group" "machines" {
  name                  = "shop-machines"
  min_size              = 1
  max_size              = 6
  vpc_zone_identifier   = module.network.private_subnet_ids
  protect_from_scale_in = true
  max_instance_lifetime = 1209600

  launch_template {
    id      = aws_launch_template.machines.id
    version = "$Latest"
  }

  tag {
    key                 = "patching"
    value               = "replace"
    propagate_at_launch = true
  }
}

resource "aws_iam_role" "machines" {
  name = "shop-machines"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "machines" {
  for_each = toset([
    "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  ])

  role       = aws_iam_role.machines.name
  policy_arn = each.key
}

resource "aws_iam_instance_profile" "machines" {
  name = "shop-machines"
  role = aws_iam_role.machines.name
}

resource "aws_secretsmanager_secret" "shop" {
  for_each = toset(["session", "payment", "newsletter"])

  name                    = "shop/${each.key}"
  kms_key_id              = aws_kms_key.shop.arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_rotation" "session" {
  secret_id           = aws_secretsmanager_secret.shop["session"].id
  rotation_lambda_arn = module.functions["rotate-session"].arn

  rotation_rules {
    automatically_after_days = 30
  }
}

# The payment provider's key changes when the provider writes a letter.
resource "aws_secretsmanager_secret_version" "payment" {
  secret_id     = aws_secretsmanager_secret.shop["payment"].id
  secret_string = var.payment_key
}

variable "payment_key" {
  type      = string
  sensitive = true
}
