resource "aws_launch_template" "nodes" {
  image_id  = "ami-0a1b2c3d4e5f60718"
  user_data = base64encode(<<-TEXT
    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      cluster: {name: shop}
  TEXT
  )
}

resource "aws_launch_configuration" "nodes" {
  image_id      = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--client-ca-file=/etc/kubernetes/pki/ca.crt'\n"
}

resource "aws_eks_node_group" "nodes" {
  cluster_name  = "shop"
  node_role_arn = "arn:aws:iam::123456789012:role/nodes"
  subnet_ids    = ["subnet-0a1b2c3d"]
  scaling_config {
    desired_size = 2
    max_size     = 3
    min_size     = 1
  }
}
