resource "aws_cloudwatch_metric_alarm" "silent" {
  alarm_name          = "silent"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 60
  evaluation_periods  = 5
}

resource "aws_cloudwatch_metric_alarm" "muted" {
  alarm_name          = "muted"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 60
  evaluation_periods  = 5
  actions_enabled     = false
  alarm_actions       = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
}

resource "aws_cloudwatch_composite_alarm" "outage" {
  alarm_name = "outage"
  alarm_rule = "ALARM(silent)"
}
