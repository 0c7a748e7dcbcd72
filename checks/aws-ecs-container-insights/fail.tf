resource "aws_ecs_cluster" "live" {
  name = "live"
}

resource "aws_ecs_cluster" "off" {
  name = "off"
  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}
