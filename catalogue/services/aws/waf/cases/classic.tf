resource "aws_waf_web_acl" "good" {
  name        = "good"
  metric_name = "good"
  default_action {
    type = "BLOCK"
  }
  rules {
    priority = 1
    rule_id  = aws_waf_rule.used.id
    type     = "REGULAR"
    action {
      type = "ALLOW"
    }
  }
  logging_configuration {
    log_destination = "arn:aws:firehose:us-east-1:111122223333:deliverystream/aws-waf-logs"
  }
}

resource "aws_waf_web_acl" "empty" {
  name        = "empty"
  metric_name = "empty"
  default_action {
    type = "ALLOW"
  }
}

resource "aws_wafregional_web_acl" "good" {
  name        = "good"
  metric_name = "good"
  default_action {
    type = "BLOCK"
  }
  rule {
    priority = 1
    rule_id  = aws_wafregional_rule.used.id
    type     = "REGULAR"
    action {
      type = "ALLOW"
    }
  }
  logging_configuration {
    log_destination = "arn:aws:firehose:eu-west-1:111122223333:deliverystream/aws-waf-logs"
  }
}

resource "aws_wafregional_web_acl" "empty" {
  name        = "empty"
  metric_name = "empty"
  default_action {
    type = "ALLOW"
  }
}

resource "aws_alb" "front" {
  name    = "front"
  subnets = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
}

resource "aws_wafregional_web_acl_association" "front" {
  resource_arn = aws_alb.front.arn
  web_acl_id   = aws_wafregional_web_acl.good.id
}

resource "aws_waf_rule" "used" {
  name        = "used"
  metric_name = "used"
  predicates {
    data_id = "ipset"
    negated = false
    type    = "IPMatch"
  }
}

resource "aws_waf_rule" "empty" {
  name        = "empty"
  metric_name = "empty"
}

resource "aws_wafregional_rule" "used" {
  name        = "used"
  metric_name = "used"
  predicate {
    data_id = "ipset"
    negated = false
    type    = "IPMatch"
  }
}

resource "aws_wafregional_rule" "empty" {
  name        = "empty"
  metric_name = "empty"
}

resource "aws_waf_rule_group" "used" {
  name        = "used"
  metric_name = "used"
  activated_rule {
    priority = 1
    rule_id  = aws_waf_rule.used.id
    action {
      type = "BLOCK"
    }
  }
}

resource "aws_waf_rule_group" "empty" {
  name        = "empty"
  metric_name = "empty"
}

resource "aws_wafregional_rule_group" "used" {
  name        = "used"
  metric_name = "used"
  activated_rule {
    priority = 1
    rule_id  = aws_wafregional_rule.used.id
    action {
      type = "BLOCK"
    }
  }
}

resource "aws_wafregional_rule_group" "empty" {
  name        = "empty"
  metric_name = "empty"
}
