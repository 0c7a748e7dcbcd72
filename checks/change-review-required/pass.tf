resource "aws_codecommit_repository" "shop" {
  repository_name = "shop"
}

resource "aws_codecommit_approval_rule_template" "one" {
  name = "one-approval"
  content = jsonencode({
    Version               = "2018-11-08"
    DestinationReferences = ["refs/heads/main"]
    Statements            = [{ Type = "Approvers", NumberOfApprovalsNeeded = 1 }]
  })
}

resource "aws_codecommit_approval_rule_template_association" "shop" {
  approval_rule_template_name = aws_codecommit_approval_rule_template.one.name
  repository_name             = aws_codecommit_repository.shop.repository_name
}
