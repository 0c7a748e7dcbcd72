variable "features" {
  type = list(string)
}

resource "aws_iam_organizations_features" "root" {
  enabled_features = var.features
}
