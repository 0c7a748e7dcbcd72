resource "aws_ecs_cluster" "good" {
  name = "good"
  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
  configuration {
    managed_storage_configuration {
      fargate_ephemeral_storage_kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "good" {
  cluster_name       = aws_ecs_cluster.good.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
  default_capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
  }
}

resource "aws_ecs_cluster" "plain" {
  name = "plain"
  configuration {
    execute_command_configuration {
      logging = "NONE"
    }
  }
}

resource "aws_ecs_cluster" "mixed" {
  name = "mixed"
}

resource "aws_ecs_cluster_capacity_providers" "mixed" {
  cluster_name       = aws_ecs_cluster.mixed.name
  capacity_providers = [aws_ecs_capacity_provider.machines.name]
  default_capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.machines.name
  }
}

resource "aws_ecs_capacity_provider" "machines" {
  name = "machines"
  auto_scaling_group_provider {
    auto_scaling_group_arn = "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:1234:autoScalingGroupName/ecs"
  }
}

resource "aws_ecs_capacity_provider" "managed" {
  name    = "managed"
  cluster = aws_ecs_cluster.good.name
  managed_instances_provider {
    infrastructure_role_arn = "arn:aws:iam::111122223333:role/infra"
    instance_launch_template {
      ec2_instance_profile_arn = "arn:aws:iam::111122223333:instance-profile/ecs"
      network_configuration {
        subnets = ["subnet-0a1b2c3d"]
      }
    }
  }
}

resource "aws_ecs_service" "fargate" {
  name             = "fargate"
  cluster          = aws_ecs_cluster.good.id
  task_definition  = "app:1"
  desired_count    = 3
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
  network_configuration {
    subnets         = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    security_groups = ["sg-0a1b2c3d"]
  }
}

resource "aws_ecs_service" "spot" {
  name    = "spot"
  cluster = aws_ecs_cluster.good.id
  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }
  enable_execute_command = true
  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}

# Nothing written: what the cluster's default is decides.
resource "aws_ecs_service" "by_cluster" {
  name    = "by-cluster"
  cluster = aws_ecs_cluster.good.id
}

resource "aws_ecs_service" "by_plain_cluster" {
  name    = "by-plain-cluster"
  cluster = aws_ecs_cluster.plain.id
}

resource "aws_ecs_service" "cluster_elsewhere" {
  name    = "cluster-elsewhere"
  cluster = "arn:aws:ecs:eu-west-1:111122223333:cluster/elsewhere"
}

resource "aws_ecs_service" "machines" {
  name        = "machines"
  cluster     = aws_ecs_cluster.plain.id
  launch_type = "EC2"
  volume_configuration {
    name = "data"
    managed_ebs_volume {
      role_arn   = "arn:aws:iam::111122223333:role/ebs"
      size_in_gb = 10
      encrypted  = true
      kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

resource "aws_ecs_service" "managed" {
  name    = "managed"
  cluster = aws_ecs_cluster.good.id
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.managed.name
    weight            = 1
  }
}

resource "aws_ecs_service" "own_capacity" {
  name    = "own-capacity"
  cluster = aws_ecs_cluster.mixed.id
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.machines.name
    weight            = 1
  }
  volume_configuration {
    name = "data"
    managed_ebs_volume {
      role_arn   = "arn:aws:iam::111122223333:role/ebs"
      size_in_gb = 10
    }
  }
}

resource "aws_ecs_service" "anywhere" {
  name        = "anywhere"
  cluster     = aws_ecs_cluster.plain.id
  launch_type = "EXTERNAL"
}

resource "aws_ecs_task_set" "blue" {
  service          = "app"
  cluster          = "apps"
  task_definition  = "app:2"
  launch_type      = "FARGATE"
  platform_version = "1.4.0"
  network_configuration {
    subnets          = ["subnet-0a1b2c3d"]
    assign_public_ip = true
  }
}

resource "aws_ecs_task_set" "green" {
  service         = "app"
  cluster         = "apps"
  task_definition = "app:3"
  launch_type     = "EC2"
}

resource "aws_ecs_express_gateway_service" "quick" {
  service_name            = "quick"
  execution_role_arn      = "arn:aws:iam::111122223333:role/exec"
  infrastructure_role_arn = "arn:aws:iam::111122223333:role/infra"
  task_role_arn           = "arn:aws:iam::111122223333:role/task"
  primary_container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
}

resource "aws_ecs_express_gateway_service" "careless" {
  service_name            = "careless"
  execution_role_arn      = "arn:aws:iam::111122223333:role/exec"
  infrastructure_role_arn = "arn:aws:iam::111122223333:role/infra"
  primary_container {
    image = "nginx:latest"
    environment {
      name  = "AWS_SECRET_ACCESS_KEY"
      value = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"
    }
  }
}
