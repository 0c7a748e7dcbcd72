# Continuous integration signs in with OpenID Connect: no stored keys.

resource "aws_iam_openid_connect_provider" "ci" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

module "pipelines" {
  source   = "../../../modules/pipeline"
  for_each = var.pipelines

  repository   = each.key
  provider_arn = aws_iam_openid_connect_provider.ci.arn
  policy_arn   = each.value.policy_arn
  branch       = each.value.branch
  boundary_arn = each.value.boundary_arn
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
    policy_arn   = string
    branch       = optional(string)
    boundary_arn = optional(string)
  }))
}
