resource "aws_prometheus_workspace" "good" {
  alias       = "good"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"

  logging_configuration {
    log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:amp:*"
  }
}

resource "aws_prometheus_query_logging_configuration" "good" {
  workspace_id = aws_prometheus_workspace.good.id
}

resource "aws_prometheus_resource_policy" "good" {
  workspace_id    = aws_prometheus_workspace.good.id
  policy_document = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_prometheus_workspace_configuration" "good" {
  workspace_id = aws_prometheus_workspace.good.id
}

resource "aws_prometheus_alert_manager_definition" "good" {
  workspace_id = aws_prometheus_workspace.good.id
  definition   = "alertmanager_config: {}"
}

resource "aws_prometheus_rule_group_namespace" "good" {
  workspace_id = aws_prometheus_workspace.good.id
  name         = "rules"
  data         = "groups: []"
}

resource "aws_prometheus_workspace" "plain" {
  alias = "plain"
}

resource "aws_prometheus_scraper" "cluster" {
  scrape_configuration = "{}"

  source {
    eks {
      cluster_arn = "arn:aws:eks:eu-west-1:111122223333:cluster/main"
      subnet_ids  = ["subnet-1", "subnet-2"]
    }
  }
  destination {
    amp {
      workspace_arn = aws_prometheus_workspace.good.arn
    }
  }
}
