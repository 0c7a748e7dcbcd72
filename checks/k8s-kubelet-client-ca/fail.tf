resource "aws_launch_template" "nodes" {
  image_id  = "ami-0a1b2c3d4e5f60718"
  user_data = base64encode(<<-TEXT
    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      cluster: {name: shop}
      kubelet:
        config:
          authentication:
            x509:
              clientCAFile: ""
  TEXT
  )
}

resource "aws_launch_configuration" "nodes" {
  image_id      = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--client-ca-file= --max-pods=20'\n"
}
