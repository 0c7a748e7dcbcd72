resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
}

resource "aws_cloudwatch_composite_alarm" "outage" {
  alarm_name    = "outage"
  alarm_rule    = "ALARM(errors)"
  alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
}
