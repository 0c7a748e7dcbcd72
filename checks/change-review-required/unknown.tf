variable "reviewed" {
  type = bool
}

resource "aws_codecommit_repository" "shop" {
  repository_name = "shop"
}

resource "aws_codecommit_approval_rule_template_association" "shop" {
  count                       = var.reviewed ? 1 : 0
  approval_rule_template_name = "one-approval"
  repository_name             = aws_codecommit_repository.shop.repository_name
}
