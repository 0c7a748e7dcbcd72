resource "aws_inspector2_enabler" "machines_only" {
  account_ids    = ["123456789012"]
  resource_types = ["EC2"]
}

resource "aws_inspector2_organization_configuration" "members" {
  auto_enable {
    ec2 = true
    ecr = false
  }
}
