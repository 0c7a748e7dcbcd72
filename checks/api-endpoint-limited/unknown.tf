variable "ranges" {
  type = list(string)
}

variable "public" {
  type = bool
}

resource "aws_eks_cluster" "ranges" {
  name     = "ranges"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids          = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    public_access_cidrs = var.ranges
  }
}

resource "aws_eks_cluster" "public" {
  name     = "public"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids             = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    endpoint_public_access = var.public
  }
}
