variable "networks" {
  type = map(string)
}

resource "aws_sagemaker_notebook_instance" "lab" {
  name          = "lab"
  role_arn      = "arn:aws:iam::111122223333:role/lab"
  instance_type = "ml.t3.medium"
  subnet_id     = lookup(var.networks, "lab", null)
}

variable "access" {
  type = string
}

resource "aws_sagemaker_domain" "studio" {
  domain_name             = "studio"
  auth_mode               = "IAM"
  vpc_id                  = "vpc-0a1b2c3d"
  subnet_ids              = ["subnet-0a1b2c3d"]
  app_network_access_type = var.access
  default_user_settings {
    execution_role = "arn:aws:iam::111122223333:role/studio"
  }
}
