variable "isolated" {
  type = bool
}

resource "aws_sagemaker_model" "scores" {
  name                     = "scores"
  execution_role_arn       = "arn:aws:iam::123456789012:role/model"
  enable_network_isolation = var.isolated
}
