resource "aws_eks_cluster" "live" {
  name     = "live"
  role_arn = "arn:aws:iam::123456789012:role/eks"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-18273645546372819"]
  }
}
