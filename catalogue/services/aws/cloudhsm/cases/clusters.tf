resource "aws_cloudhsm_v2_cluster" "spread" {
  hsm_type   = "hsm2m.medium"
  mode       = "FIPS"
  subnet_ids = ["subnet-1", "subnet-2"]
}

resource "aws_cloudhsm_v2_hsm" "one" {
  cluster_id = aws_cloudhsm_v2_cluster.spread.cluster_id
  subnet_id  = "subnet-1"
}

resource "aws_cloudhsm_v2_cluster" "single" {
  hsm_type   = "hsm2m.medium"
  subnet_ids = ["subnet-1"]
}
