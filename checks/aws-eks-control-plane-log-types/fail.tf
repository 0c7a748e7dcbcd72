resource "aws_eks_cluster" "none" {
  name     = "none"
  role_arn = "arn:aws:iam::123456789012:role/eks"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-18273645546372819"]
  }
}

resource "aws_eks_cluster" "audit" {
  name                      = "audit"
  role_arn                  = "arn:aws:iam::123456789012:role/eks"
  enabled_cluster_log_types = ["audit"]
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-18273645546372819"]
  }
}
