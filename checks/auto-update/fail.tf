resource "aws_opensearch_domain" "search" {
  domain_name = "search"
  software_update_options {
    auto_software_update_enabled = false
  }
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier    = "reports"
  node_type             = "ra3.large"
  allow_version_upgrade = false
}
