resource "aws_efs_access_point" "uploads" {
  file_system_id = "fs-0a1b2c3d"
}

resource "aws_lakeformation_resource" "lake" {
  arn                   = "arn:aws:s3:::acme-lake"
  hybrid_access_enabled = true
}
