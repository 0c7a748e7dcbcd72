resource "aws_ecs_cluster" "live" {
  name = "live"
  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

resource "aws_ecs_cluster" "test" {
  name = "test"
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}
