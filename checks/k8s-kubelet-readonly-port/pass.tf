resource "aws_launch_template" "nodes" {
  image_id  = "ami-0a1b2c3d4e5f60718"
  user_data = base64encode(<<-TEXT
    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      cluster: {name: shop}
      kubelet:
        config:
          readOnlyPort: 0
  TEXT
  )
}

resource "aws_launch_configuration" "nodes" {
  image_id      = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--read-only-port=0'\n"
}

resource "aws_instance" "node" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--node-labels=tier=web'\n"
}

resource "google_container_node_pool" "nodes" {
  name    = "nodes"
  cluster = "projects/shop/locations/europe-west1/clusters/shop"
  node_config {
    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }
  }
}
