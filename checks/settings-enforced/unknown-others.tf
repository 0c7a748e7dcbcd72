variable "hybrid" {
  type = bool
}

resource "aws_lakeformation_resource" "lake" {
  arn                   = "arn:aws:s3:::acme-lake"
  hybrid_access_enabled = var.hybrid
}
