resource "aws_quicksight_account_subscription" "good" {
  account_name                     = "acme"
  authentication_method            = "IAM_IDENTITY_CENTER"
  edition                          = "ENTERPRISE"
  notification_email               = "bi@example.com"
  iam_identity_center_instance_arn = "arn:aws:sso:::instance/ssoins-1"
}

resource "aws_quicksight_account_subscription" "old" {
  account_name          = "acme-old"
  authentication_method = "IAM_AND_QUICKSIGHT"
  edition               = "STANDARD"
  notification_email    = "bi@example.com"
}

resource "aws_quicksight_account_settings" "kept" {
}

resource "aws_quicksight_account_settings" "loose" {
  termination_protection_enabled = false
}

resource "aws_quicksight_ip_restriction" "office" {
  enabled                 = true
  ip_restriction_rule_map = { "192.0.2.0/24" = "office" }
}

resource "aws_quicksight_ip_restriction" "off" {
  enabled = false
}

resource "aws_quicksight_key_registration" "ours" {
  key_registration {
    key_arn     = "arn:aws:kms:eu-central-1:111122223333:key/1"
    default_key = true
  }
}

resource "aws_quicksight_data_source" "good" {
  data_source_id = "warehouse"
  name           = "warehouse"
  type           = "REDSHIFT"
  credentials {
    secret_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:warehouse"
  }
  vpc_connection_properties {
    vpc_connection_arn = aws_quicksight_vpc_connection.inside.arn
  }
}

resource "aws_quicksight_data_source" "bad" {
  data_source_id = "plain"
  name           = "plain"
  type           = "MYSQL"
  credentials {
    credential_pair {
      username = "app"
      password = "T0pS3cret-horse-battery"
    }
  }
  ssl_properties {
    disable_ssl = true
  }
}

resource "aws_quicksight_vpc_connection" "inside" {
  vpc_connection_id  = "inside"
  name               = "inside"
  role_arn           = "arn:aws:iam::111122223333:role/quicksight"
  security_group_ids = ["sg-1"]
  subnet_ids         = ["subnet-1", "subnet-2"]
}

resource "aws_quicksight_user" "iam" {
  email         = "ana@example.com"
  identity_type = "IAM"
  user_role     = "AUTHOR"
}

resource "aws_quicksight_user" "local" {
  email         = "bob@example.com"
  identity_type = "QUICKSIGHT"
  user_name     = "bob"
  user_role     = "READER"
}

resource "aws_quicksight_group" "readers" {
  group_name = "readers"
}

resource "aws_quicksight_group_membership" "readers" {
  group_name  = aws_quicksight_group.readers.group_name
  member_name = "bob"
}

resource "aws_quicksight_namespace" "partners" {
  namespace = "partners"
}
