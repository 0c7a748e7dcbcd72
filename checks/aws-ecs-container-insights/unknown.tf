variable "insights" {
  type = string
}

resource "aws_ecs_cluster" "live" {
  name = "live"
  setting {
    name  = "containerInsights"
    value = var.insights
  }
}
