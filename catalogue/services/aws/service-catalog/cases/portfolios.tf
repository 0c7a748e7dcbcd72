resource "aws_servicecatalog_portfolio" "data" {
  name          = "data"
  provider_name = "platform"
}

resource "aws_servicecatalog_portfolio_share" "data" {
  portfolio_id = aws_servicecatalog_portfolio.data.id
  principal_id = "444455556666"
  type         = "ACCOUNT"
}

resource "aws_servicecatalog_product" "bucket" {
  name  = "bucket"
  owner = "platform"
  type  = "CLOUD_FORMATION_TEMPLATE"

  provisioning_artifact_parameters {
    template_url = "https://s3.amazonaws.com/templates/bucket.json"
  }
}

resource "aws_servicecatalog_provisioned_product" "bucket" {
  name         = "bucket"
  product_name = "bucket"

  provisioning_parameters {
    key   = "Name"
    value = "logs"
  }
}
