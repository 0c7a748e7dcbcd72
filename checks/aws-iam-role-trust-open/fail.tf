resource "aws_iam_role" "star" {
  name = "star"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = "*" }]
  })
}

data "aws_iam_policy_document" "anybody" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_iam_role" "anybody" {
  name               = "anybody"
  assume_role_policy = data.aws_iam_policy_document.anybody.json
}
