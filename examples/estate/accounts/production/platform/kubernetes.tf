# Two clusters, and every way in which machines come to a cluster.

locals {
  version = "1.34"
}

resource "aws_iam_role" "cluster" {
  name = "eks-cluster"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "eks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "777788889999" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_kms_key" "clusters" {
  description             = "Secrets of the clusters"
  enable_key_rotation     = true
  rotation_period_in_days = 180
}

resource "aws_eks_cluster" "tools" {
  name     = "tools"
  role_arn = aws_iam_role.cluster.arn
  version  = local.version

  enabled_cluster_log_types = ["api", "audit", "authenticator"]

  vpc_config {
    subnet_ids              = module.network.private_subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = aws_kms_key.clusters.arn
    }
  }

  access_config {
    authentication_mode = "API"
  }

  upgrade_policy {
    support_type = "STANDARD"
  }
}

# Auto Mode: the provider runs the machines too. The endpoint is open to all.
resource "aws_eks_cluster" "partners" {
  name     = "partners"
  role_arn = aws_iam_role.cluster.arn
  version  = "1.29"

  bootstrap_self_managed_addons = false

  compute_config {
    enabled       = true
    node_pools    = ["general-purpose", "system"]
    node_role_arn = aws_iam_role.nodes.arn
  }

  kubernetes_network_config {
    elastic_load_balancing {
      enabled = true
    }
  }

  storage_config {
    block_storage {
      enabled = true
    }
  }

  vpc_config {
    subnet_ids = module.network.private_subnet_ids
  }

  access_config {
    authentication_mode = "API_AND_CONFIG_MAP"
  }
}

resource "aws_iam_role" "nodes" {
  name = "eks-nodes"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = toset(["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"])

  role       = aws_iam_role.nodes.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_iam_instance_profile" "nodes" {
  name = "eks-nodes"
  role = aws_iam_role.nodes.name
}

# 1. A managed node group on the provider's image: it publishes, Fernhill rolls out.
resource "aws_eks_node_group" "general" {
  cluster_name    = aws_eks_cluster.tools.name
  node_group_name = "general"
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = module.network.private_subnet_ids
  ami_type        = "AL2023_x86_64_STANDARD"
  version         = local.version

  scaling_config {
    desired_size = 3
    min_size     = 2
    max_size     = 8
  }

  update_config {
    max_unavailable = 1
  }

  node_repair_config {
    enabled = true
  }
}

# 2. A managed node group on Fernhill's image: both are Fernhill's.
resource "aws_eks_node_group" "hardened" {
  cluster_name    = aws_eks_cluster.tools.name
  node_group_name = "hardened"
  node_role_arn   = aws_iam_role.nodes.arn
  subnet_ids      = module.network.private_subnet_ids
  ami_type        = "CUSTOM"

  launch_template {
    id      = aws_launch_template.nodes["hardened"].id
    version = aws_launch_template.nodes["hardened"].latest_version
  }

  scaling_config {
    desired_size = 2
    min_size     = 2
    max_size     = 4
  }
}

# 3. Machines Fernhill starts itself and joins to the cluster.
resource "aws_autoscaling_group" "batch" {
  name                = "eks-batch"
  min_size            = 0
  max_size            = 20
  vpc_zone_identifier = module.network.private_subnet_ids

  launch_template {
    id      = aws_launch_template.nodes["batch"].id
    version = "$Latest"
  }

  tag {
    key                 = "kubernetes.io/cluster/tools"
    value               = "owned"
    propagate_at_launch = true
  }
}

# 4. Pods on Fargate: no machine to look after.
resource "aws_eks_fargate_profile" "jobs" {
  cluster_name           = aws_eks_cluster.tools.name
  fargate_profile_name   = "jobs"
  pod_execution_role_arn = aws_iam_role.pods.arn
  subnet_ids             = module.network.private_subnet_ids

  selector {
    namespace = "jobs"
  }
}

resource "aws_iam_role" "pods" {
  name = "eks-fargate-pods"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "eks-fargate-pods.amazonaws.com" }
      Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:eks:eu-central-1:777788889999:fargateprofile/tools/*" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "pods" {
  role       = aws_iam_role.pods.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
}

resource "aws_launch_template" "nodes" {
  for_each = {
    hardened = { image = "ami-0b1c2d3e4f5a69788", tokens = "required", hops = 1 }
    batch    = { image = "ami-0c2d3e4f5a6b79899", tokens = "optional", hops = 2 }
  }

  name_prefix            = "eks-${each.key}-"
  image_id               = each.value.image
  instance_type          = "m7i.xlarge"
  vpc_security_group_ids = [aws_security_group.nodes.id]

  iam_instance_profile {
    name = aws_iam_instance_profile.nodes.name
  }

  metadata_options {
    http_tokens                 = each.value.tokens
    http_put_response_hop_limit = each.value.hops
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size = 80
      encrypted   = true
      kms_key_id  = aws_kms_key.clusters.arn
    }
  }

  user_data = base64encode(templatefile("${path.module}/join.sh.tftpl", {
    cluster = aws_eks_cluster.tools.name
  }))
}

resource "aws_security_group" "nodes" {
  name        = "eks-nodes"
  description = "Nodes Fernhill starts itself"
  vpc_id      = module.network.vpc_id

  ingress {
    description = "Each other"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    self        = true
  }

  egress {
    description = "Registry and provider services"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_eks_addon" "this" {
  for_each = {
    coredns            = null
    kube-proxy         = "v1.34.0-eksbuild.2"
    vpc-cni            = null
    aws-ebs-csi-driver = "v1.41.0-eksbuild.1"
  }

  cluster_name  = aws_eks_cluster.tools.name
  addon_name    = each.key
  addon_version = each.value
}
