resource "aws_dsql_cluster" "good" {
  deletion_protection_enabled = true
  kms_encryption_key          = "arn:aws:kms:eu-central-1:111122223333:key/1"
  multi_region_properties {
    witness_region = "eu-west-3"
  }
}

resource "aws_dsql_cluster_peering" "good" {
  identifier     = aws_dsql_cluster.good.identifier
  clusters       = ["arn:aws:dsql:eu-west-1:111122223333:cluster/1"]
  witness_region = "eu-west-3"
}

resource "aws_dsql_cluster" "bare" {
  kms_encryption_key = "AWS_OWNED_KMS_KEY"
}
