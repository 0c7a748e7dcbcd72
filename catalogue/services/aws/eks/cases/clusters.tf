resource "aws_eks_cluster" "guarded" {
  name                      = "guarded"
  role_arn                  = "arn:aws:iam::111122223333:role/eks"
  version                   = "1.35"
  enabled_cluster_log_types = ["api", "audit", "authenticator"]
  deletion_protection       = true
  vpc_config {
    subnet_ids              = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    endpoint_private_access = true
    endpoint_public_access  = false
  }
  access_config {
    authentication_mode = "API"
  }
  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
  upgrade_policy {
    support_type = "STANDARD"
  }
}

resource "aws_eks_cluster" "plain" {
  name     = "plain"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  }
}

resource "aws_eks_cluster" "auto" {
  name     = "auto"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids          = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    public_access_cidrs = ["192.0.2.0/24"]
  }
  compute_config {
    enabled       = true
    node_pools    = ["general-purpose"]
    node_role_arn = "arn:aws:iam::111122223333:role/nodes"
  }
}

resource "aws_eks_cluster" "hybrid" {
  name     = "hybrid"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  }
  remote_network_config {
    remote_node_networks {
      cidrs = ["10.80.0.0/16"]
    }
  }
}

resource "aws_eks_cluster" "local" {
  name     = "local"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d"]
  }
  outpost_config {
    control_plane_instance_type = "m5.large"
    outpost_arns                = ["arn:aws:outposts:eu-west-1:111122223333:outpost/op-0123456789abcdef0"]
  }
}


resource "aws_eks_cluster" "variable" {
  name     = "variable"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  vpc_config {
    subnet_ids             = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    endpoint_public_access = var.public
  }
}

variable "public" {
  type = bool
}

resource "aws_eks_addon" "pinned" {
  cluster_name             = aws_eks_cluster.guarded.name
  addon_name               = "aws-ebs-csi-driver"
  addon_version            = "v1.40.0-eksbuild.1"
  service_account_role_arn = "arn:aws:iam::111122223333:role/csi"
}

resource "aws_eks_addon" "plain" {
  cluster_name = aws_eks_cluster.guarded.name
  addon_name   = "coredns"
}

resource "aws_eks_capability" "argo" {
  capability_name           = "argo"
  cluster_name              = aws_eks_cluster.guarded.name
  type                      = "ARGOCD"
  role_arn                  = "arn:aws:iam::111122223333:role/argo"
  delete_propagation_policy = "RETAIN"
  configuration {
    argo_cd {
      aws_idc {
        idc_instance_arn = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
      }
      network_access {
        vpce_ids = ["vpce-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_eks_capability" "argo_open" {
  capability_name           = "argo-open"
  cluster_name              = aws_eks_cluster.plain.name
  type                      = "ARGOCD"
  role_arn                  = "arn:aws:iam::111122223333:role/argo"
  delete_propagation_policy = "RETAIN"
}

# Standard support has ended, and nobody asked for the extended one: the provider upgrades it.
resource "aws_eks_cluster" "overdue" {
  name     = "overdue"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  version  = "1.32"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  }
  upgrade_policy {
    support_type = "STANDARD"
  }
}

resource "aws_eks_cluster" "extended" {
  name     = "extended"
  role_arn = "arn:aws:iam::111122223333:role/eks"
  version  = "1.32"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
  }
}
