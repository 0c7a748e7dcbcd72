# People come from the company's directory through Identity Center. Two users
# are left from before.

data "aws_ssoadmin_instances" "this" {}

resource "aws_ssoadmin_permission_set" "this" {
  for_each = {
    ReadOnly   = { hours = 8, policy = "arn:aws:iam::aws:policy/ReadOnlyAccess" }
    Developer  = { hours = 8, policy = "arn:aws:iam::aws:policy/PowerUserAccess" }
    BreakGlass = { hours = 1, policy = "arn:aws:iam::aws:policy/AdministratorAccess" }
  }

  instance_arn     = data.aws_ssoadmin_instances.this.arns[0]
  name             = each.key
  session_duration = "PT${each.value.hours}H"
}

resource "aws_ssoadmin_managed_policy_attachment" "this" {
  for_each = {
    ReadOnly   = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    Developer  = "arn:aws:iam::aws:policy/PowerUserAccess"
    BreakGlass = "arn:aws:iam::aws:policy/AdministratorAccess"
  }

  instance_arn       = data.aws_ssoadmin_instances.this.arns[0]
  permission_set_arn = aws_ssoadmin_permission_set.this[each.key].arn
  managed_policy_arn = each.value
}

resource "aws_iam_group" "operators" {
  name = "operators"
}

resource "aws_iam_group_policy_attachment" "operators" {
  group      = aws_iam_group.operators.name
  policy_arn = "arn:aws:iam::aws:policy/job-function/SystemAdministrator"
}

resource "aws_iam_user" "legacy" {
  for_each = toset(["label-printer", "m.brandt"])
  name     = each.key
}

resource "aws_iam_user_group_membership" "brandt" {
  user   = aws_iam_user.legacy["m.brandt"].name
  groups = [aws_iam_group.operators.name]
}

# The label printer of the warehouse cannot speak anything newer.
# demarc:waive=aws-iam-permissions-via-groups until=2027-03-31 by="g.okafor" reason="device account, replaced with the new printers in spring"
resource "aws_iam_user_policy" "label_printer" {
  user = aws_iam_user.legacy["label-printer"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:ListBucket"]
      Resource = ["arn:aws:s3:::fernhill-labels", "arn:aws:s3:::fernhill-labels/*"]
    }]
  })
}

resource "aws_iam_access_key" "label_printer" {
  user = aws_iam_user.legacy["label-printer"].name
}

# The accountants' tool reads invoices from its own account.
resource "aws_iam_role" "accountants" {
  name = "accountants"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:aws:iam::999900001111:root" }
    }]
  })
}

resource "aws_iam_role_policy" "accountants" {
  role = aws_iam_role.accountants.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}
