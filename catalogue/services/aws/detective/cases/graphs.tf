resource "aws_detective_graph" "all" {
}

resource "aws_detective_organization_configuration" "all" {
  auto_enable = true
  graph_arn   = aws_detective_graph.all.graph_arn
}

resource "aws_detective_graph" "one" {
}

resource "aws_detective_organization_configuration" "one" {
  auto_enable = false
  graph_arn   = aws_detective_graph.one.graph_arn
}

resource "aws_detective_organization_admin_account" "security" {
  account_id = "444455556666"
}
