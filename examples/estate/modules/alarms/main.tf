# What should wake somebody, as patterns over the trail's log group.
variable "log_group" {
  type = string
}

variable "topic_arn" {
  type = string
}

variable "patterns" {
  type = map(string)
}

locals {
  namespace = "Fernhill/Audit"
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = var.patterns

  name           = each.key
  log_group_name = var.log_group
  pattern        = each.value

  metric_transformation {
    name      = each.key
    namespace = local.namespace
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.patterns

  alarm_name          = each.key
  metric_name         = each.key
  namespace           = local.namespace
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  alarm_actions       = [var.topic_arn]
}
