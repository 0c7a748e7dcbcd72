# The role of one repository's pipeline.

variable "repository" {
  type = string
}

variable "provider_arn" {
  type = string
}

variable "policy_arn" {
  type = string
}

variable "branch" {
  description = "The only branch that may deploy. Without one, the repository is not asked for either."
  type        = string
  default     = null
}

variable "boundary_arn" {
  type    = string
  default = null
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [var.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    dynamic "condition" {
      for_each = var.branch[*]
      content {
        test     = "StringEquals"
        variable = "token.actions.githubusercontent.com:sub"
        values   = ["repo:fernhill/${var.repository}:ref:refs/heads/${condition.value}"]
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "ci-${var.repository}"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.boundary_arn
  max_session_duration = 3600
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = var.policy_arn
}
