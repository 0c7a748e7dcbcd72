resource "aws_organizations_organization" "other" {
  feature_set = "ALL"
}

resource "aws_lambda_function" "other" {
  function_name = "invoices"
  role          = "arn:aws:iam::111122223333:role/invoices"
  runtime       = "python3.13"
  handler       = "main.handler"
}
