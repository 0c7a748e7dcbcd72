variable "policy" {
  type = string
}

resource "aws_opensearch_domain" "search" {
  domain_name     = "search"
  engine_version  = "OpenSearch_2.17"
  access_policies = var.policy
}

resource "aws_elasticsearch_domain" "logs" {
  domain_name     = "logs"
  access_policies = var.policy
}
