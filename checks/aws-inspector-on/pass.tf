resource "aws_inspector2_enabler" "main" {
  account_ids    = ["123456789012"]
  resource_types = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
}

resource "aws_inspector2_organization_configuration" "members" {
  auto_enable {
    ec2    = true
    ecr    = true
    lambda = true
  }
}
