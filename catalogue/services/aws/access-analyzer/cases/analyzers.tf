resource "aws_accessanalyzer_analyzer" "account" {
  analyzer_name = "account"
}

resource "aws_accessanalyzer_analyzer" "organisation" {
  analyzer_name = "organisation"
  type          = "ORGANIZATION"
}
