resource "aws_eks_node_group" "managed" {
  cluster_name    = "apps"
  node_group_name = "managed"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  version         = "1.33"
  scaling_config {
    desired_size = 3
    min_size     = 3
    max_size     = 6
  }
  node_repair_config {
    enabled = true
  }
}

resource "aws_eks_node_group" "careless" {
  cluster_name    = "apps"
  node_group_name = "careless"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d"]
  ami_type        = "AL2023_x86_64_STANDARD"
  release_version = "1.33.0-20250920"
  scaling_config {
    desired_size = 1
    min_size     = 1
    max_size     = 1
  }
  remote_access {
    ec2_ssh_key = "ops"
  }
}

resource "aws_eks_node_group" "custom" {
  cluster_name    = "apps"
  node_group_name = "custom"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  ami_type        = "CUSTOM"
  scaling_config {
    desired_size = 3
    min_size     = 3
    max_size     = 6
  }
  launch_template {
    id      = aws_launch_template.own_image.id
    version = "1"
  }
}

resource "aws_launch_template" "own_image" {
  name     = "own-image"
  image_id = "ami-0123456789abcdef0"
}

# The type of image is not written: whether the template names one decides.
resource "aws_eks_node_group" "by_template_custom" {
  cluster_name    = "apps"
  node_group_name = "by-template-custom"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  scaling_config {
    desired_size = 3
    min_size     = 3
    max_size     = 6
  }
  launch_template {
    id      = aws_launch_template.own_image.id
    version = "1"
  }
}

resource "aws_eks_node_group" "by_template" {
  cluster_name    = "apps"
  node_group_name = "by-template"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  scaling_config {
    desired_size = 3
    min_size     = 3
    max_size     = 6
  }
  launch_template {
    id      = aws_launch_template.no_image.id
    version = "1"
  }
}

resource "aws_launch_template" "no_image" {
  name = "no-image"
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted = true
    }
  }
}

resource "aws_eks_node_group" "template_elsewhere" {
  cluster_name    = "apps"
  node_group_name = "template-elsewhere"
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  scaling_config {
    desired_size = 3
    min_size     = 3
    max_size     = 6
  }
  launch_template {
    id      = "lt-0123456789abcdef0"
    version = "1"
  }
}

resource "aws_eks_fargate_profile" "batch" {
  cluster_name           = "apps"
  fargate_profile_name   = "batch"
  pod_execution_role_arn = "arn:aws:iam::111122223333:role/fargate"
  subnet_ids             = ["subnet-0a1b2c3d"]
  selector {
    namespace = "batch"
  }
}
