resource "aws_inspector2_enabler" "all" {
  account_ids    = ["111122223333"]
  resource_types = ["EC2", "ECR", "LAMBDA"]
}

resource "aws_inspector2_organization_configuration" "all" {
  auto_enable {
    ec2 = true
    ecr = true
  }
}

resource "aws_inspector2_organization_configuration" "none" {
  auto_enable {
    ec2    = false
    ecr    = false
    lambda = true
  }
}

resource "aws_inspector2_delegated_admin_account" "security" {
  account_id = "444455556666"
}
