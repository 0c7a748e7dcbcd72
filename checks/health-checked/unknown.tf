variable "kind" {
  type = string
}

variable "replace" {
  type = bool
}

resource "aws_autoscaling_group" "web" {
  name                = "web"
  min_size            = 2
  max_size            = 6
  vpc_zone_identifier = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
  target_group_arns   = ["arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/73e2d6bc24d8a067"]
  health_check_type   = var.kind
  launch_template {
    id = "lt-0a1b2c3d4e5f60718"
  }
}

resource "aws_ec2_fleet" "workers" {
  replace_unhealthy_instances = var.replace
  launch_template_config {
    launch_template_specification {
      launch_template_id = "lt-0a1b2c3d4e5f60718"
      version            = "3"
    }
  }
  target_capacity_specification {
    default_target_capacity_type = "spot"
    total_target_capacity        = 5
  }
}

resource "aws_eks_node_group" "workers" {
  cluster_name  = "main"
  node_role_arn = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids    = ["subnet-0a1b2c3d"]
  node_repair_config {
    enabled = var.replace
  }
  scaling_config {
    desired_size = 3
    max_size     = 6
    min_size     = 3
  }
}
