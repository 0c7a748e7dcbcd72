variable "arguments" {
  type = string
}

resource "aws_launch_template" "nodes" {
  image_id  = "ami-0a1b2c3d4e5f60718"
  user_data = "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '${var.arguments}'\n"
}
