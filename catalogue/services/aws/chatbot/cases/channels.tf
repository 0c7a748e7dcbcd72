resource "aws_chatbot_slack_channel_configuration" "good" {
  configuration_name          = "good"
  iam_role_arn                = "arn:aws:iam::111122223333:role/chat"
  slack_channel_id            = "C1"
  slack_team_id               = "T1"
  user_authorization_required = true
  logging_level               = "INFO"
  guardrail_policy_arns       = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
}

resource "aws_chatbot_slack_channel_configuration" "plain" {
  configuration_name = "plain"
  iam_role_arn       = "arn:aws:iam::111122223333:role/chat"
  slack_channel_id   = "C1"
  slack_team_id      = "T1"
}

resource "aws_chatbot_teams_channel_configuration" "good" {
  configuration_name          = "good"
  iam_role_arn                = "arn:aws:iam::111122223333:role/chat"
  channel_id                  = "C1"
  team_id                     = "T1"
  tenant_id                   = "X1"
  user_authorization_required = true
  logging_level               = "ERROR"
  guardrail_policy_arns       = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
}

resource "aws_chatbot_teams_channel_configuration" "plain" {
  configuration_name = "plain"
  iam_role_arn       = "arn:aws:iam::111122223333:role/chat"
  channel_id         = "C1"
  team_id            = "T1"
  tenant_id          = "X1"
  logging_level      = "NONE"
}
