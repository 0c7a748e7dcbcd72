resource "aws_launch_template" "app" {
  name     = "app"
  image_id = "ami-0123456789abcdef0"
}

resource "aws_autoscaling_group" "good" {
  name                = "good"
  min_size            = 2
  max_size            = 6
  vpc_zone_identifier = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  health_check_type   = "ELB"
  target_group_arns   = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/0123456789abcdef"]
  launch_template {
    id      = aws_launch_template.app.id
    version = "$Latest"
  }
}

resource "aws_autoscaling_group" "bad" {
  name                = "bad"
  min_size            = 1
  max_size            = 1
  vpc_zone_identifier = ["subnet-0a1b2c3d"]
  load_balancers      = ["front"]
  launch_configuration = "old"
}

# Nothing stands before it, so the machine's own health is all there is.
resource "aws_autoscaling_group" "workers" {
  name                = "workers"
  min_size            = 1
  max_size            = 8
  desired_capacity    = 4
  vpc_zone_identifier = var.subnets
  mixed_instances_policy {
    launch_template {
      launch_template_specification {
        launch_template_id = aws_launch_template.app.id
      }
    }
  }
}

variable "subnets" {
  type = list(string)
}

resource "aws_autoscaling_attachment" "workers" {
  autoscaling_group_name = aws_autoscaling_group.workers.name
  lb_target_group_arn    = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/app/0123456789abcdef"
}

resource "aws_autoscaling_traffic_source_attachment" "lattice" {
  autoscaling_group_name = aws_autoscaling_group.workers.name
  traffic_source {
    identifier = "arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-0123456789abcdef0"
    type       = "vpc-lattice"
  }
}

resource "aws_autoscaling_notification" "ops" {
  group_names   = [aws_autoscaling_group.workers.name]
  notifications = ["autoscaling:EC2_INSTANCE_TERMINATE"]
  topic_arn     = "arn:aws:sns:eu-west-1:111122223333:ops"
}
