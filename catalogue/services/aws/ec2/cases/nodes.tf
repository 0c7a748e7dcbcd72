variable "arguments" {
  type = string
}

resource "aws_launch_template" "hardened" {
  image_id = "ami-0a1b2c3d4e5f60718"
  user_data = base64encode(<<-TEXT
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="//"

    --//
    Content-Type: application/node.eks.aws

    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      cluster: {name: shop, apiServerEndpoint: "https://example.eks.amazonaws.com"}
      kubelet:
        config:
          maxPods: 17
          readOnlyPort: 0
          authentication:
            anonymous:
              enabled: false
    --//--
  TEXT
  )
}

resource "aws_launch_template" "open" {
  image_id = "ami-0a1b2c3d4e5f60718"
  user_data = base64encode(<<-TEXT
    apiVersion: node.eks.aws/v1alpha1
    kind: NodeConfig
    spec:
      kubelet:
        config:
          readOnlyPort: 10255
          serverTLSBootstrap: false
          authentication:
            x509:
              clientCAFile: ""
            anonymous:
              enabled: true
  TEXT
  )
}

resource "aws_launch_template" "later" {
  image_id  = "ami-0a1b2c3d4e5f60718"
  user_data = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '${var.arguments}'\n"
}

resource "aws_launch_template" "no_node" {
  image_id  = "ami-0a1b2c3d4e5f60718"
  user_data = base64encode("#!/bin/bash\nyum -y update\n")
}

resource "aws_launch_configuration" "open" {
  image_id      = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--anonymous-auth=true --client-ca-file= --read-only-port=10255 --rotate-certificates=false'\n"
}

resource "aws_launch_configuration" "plain" {
  image_id         = "ami-0a1b2c3d4e5f60718"
  instance_type    = "m5.large"
  user_data_base64 = base64encode("#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--node-labels=tier=web'\n")
}

resource "aws_instance" "allows_all" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args \"--authorization-mode=AlwaysAllow\"\n"
}

resource "aws_instance" "open" {
  ami              = "ami-0a1b2c3d4e5f60718"
  instance_type    = "m5.large"
  user_data_base64 = base64encode("#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--client-ca-file= --read-only-port=10255 --rotate-certificates=false'\n")
}

resource "aws_spot_instance_request" "open" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--anonymous-auth=true --client-ca-file= --read-only-port=10255 --rotate-certificates=false'\n"
}

resource "aws_spot_instance_request" "plain" {
  ami           = "ami-0a1b2c3d4e5f60718"
  instance_type = "m5.large"
  user_data     = "#!/bin/bash\n/etc/eks/bootstrap.sh shop\n"
}
