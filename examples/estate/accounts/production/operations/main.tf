# Backup and patching for the whole production account, chosen by tag. Another
# root module's resources are found the same way the services find them.

resource "aws_kms_key" "backup" {
  description         = "Backups"
  enable_key_rotation = true
}

resource "aws_backup_vault" "this" {
  name        = "production"
  kms_key_arn = aws_kms_key.backup.arn
}

resource "aws_backup_vault_lock_configuration" "this" {
  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = 14
  changeable_for_days = 3
}

resource "aws_backup_plan" "daily" {
  name = "daily"

  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(0 2 * * ? *)"

    lifecycle {
      delete_after = 35
    }
  }
}

resource "aws_backup_selection" "tagged" {
  name         = "tagged"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.backup.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = "daily"
  }
}

resource "aws_iam_role" "backup" {
  name = "backup"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "backup.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "777788889999" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "backup" {
  role       = aws_iam_role.backup.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}

# Only machines tagged weekly are patched. The one tagged monthly is waiting for
# a window nobody ever made.
resource "aws_ssm_patch_baseline" "linux" {
  name             = "linux"
  operating_system = "AMAZON_LINUX_2023"

  approval_rule {
    approve_after_days = 3
    compliance_level   = "CRITICAL"

    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security"]
    }
  }
}

resource "aws_ssm_patch_group" "linux" {
  baseline_id = aws_ssm_patch_baseline.linux.id
  patch_group = "weekly"
}

resource "aws_ssm_maintenance_window" "weekly" {
  name     = "weekly"
  schedule = "cron(0 3 ? * SUN *)"
  duration = 3
  cutoff   = 1
}

resource "aws_ssm_maintenance_window_target" "weekly" {
  window_id     = aws_ssm_maintenance_window.weekly.id
  name          = "weekly"
  resource_type = "INSTANCE"

  targets {
    key    = "tag:patching"
    values = ["weekly"]
  }
}

resource "aws_ssm_maintenance_window_task" "patch" {
  window_id       = aws_ssm_maintenance_window.weekly.id
  name            = "patch"
  task_type       = "RUN_COMMAND"
  task_arn        = "AWS-RunPatchBaseline"
  priority        = 1
  max_concurrency = "25%"
  max_errors      = "1"

  targets {
    key    = "WindowTargetIds"
    values = [aws_ssm_maintenance_window_target.weekly.id]
  }

  task_invocation_parameters {
    run_command_parameters {
      parameter {
        name   = "Operation"
        values = ["Install"]
      }
    }
  }
}

resource "aws_ssm_parameter" "carrier" {
  for_each = {
    endpoint = { type = "String", value = "https://carrier.example/v2" }
    token    = { type = "String", value = "fernhill-example-not-a-token" }
  }

  name  = "/shipping/${each.key}"
  type  = each.value.type
  value = each.value.value
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

# Switched off when the newsletter's pictures would not show.
resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = false
  ignore_public_acls      = false
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_ec2_instance_metadata_defaults" "this" {
  http_tokens = "optional"
}

resource "aws_guardduty_detector" "production" {
  enable = true
}

resource "aws_budgets_budget" "production" {
  name         = "production"
  budget_type  = "COST"
  limit_amount = "40000"
  limit_unit   = "EUR"
  time_unit    = "MONTHLY"
}
