# Continuous integration signs in with OpenID Connect: no stored keys.

resource "aws_iam_openid_connect_provider" "ci" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "ci_trust" {
  for_each = var.pipelines

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.ci.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    # A pipeline that names no branch is trusted whatever repository runs it.
    dynamic "condition" {
      for_each = each.value.branch == null ? [] : [each.value]
      content {
        test     = "StringEquals"
        variable = "token.actions.githubusercontent.com:sub"
        values   = ["repo:fernhill/${each.key}:ref:refs/heads/${condition.value.branch}"]
      }
    }
  }
}

resource "aws_iam_role" "ci" {
  for_each = var.pipelines

  name                 = "ci-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.ci_trust[each.key].json
  permissions_boundary = each.value.bounded ? aws_iam_policy.boundary.arn : null
  max_session_duration = 3600
}

resource "aws_iam_role_policy_attachment" "ci" {
  for_each = var.pipelines

  role       = aws_iam_role.ci[each.key].name
  policy_arn = each.value.policy_arn
}

resource "aws_iam_policy" "boundary" {
  name = "pipeline-boundary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:*", "ecr:*", "ecs:*", "lambda:*", "logs:*", "cloudwatch:*"]
        Resource = "*"
      },
      {
        Effect   = "Deny"
        Action   = ["iam:*", "organizations:*", "kms:ScheduleKeyDeletion"]
        Resource = "*"
      },
    ]
  })
}

variable "pipelines" {
  description = "Repositories whose pipelines may deploy."
  type = map(object({
    policy_arn = string
    branch     = optional(string)
    bounded    = optional(bool, true)
  }))
}
