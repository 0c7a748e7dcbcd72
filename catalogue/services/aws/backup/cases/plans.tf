resource "aws_kms_key" "backup" {}

resource "aws_backup_vault" "good" {
  name        = "daily"
  kms_key_arn = aws_kms_key.backup.arn
}

resource "aws_backup_vault_lock_configuration" "good" {
  backup_vault_name   = aws_backup_vault.good.name
  changeable_for_days = 3
  min_retention_days  = 30
}

resource "aws_backup_vault_policy" "good" {
  backup_vault_name = aws_backup_vault.good.name
  policy            = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "backup:DeleteRecoveryPoint", Resource = "*" }] })
}

resource "aws_backup_vault_notifications" "good" {
  backup_vault_name   = aws_backup_vault.good.name
  sns_topic_arn       = "arn:aws:sns:eu-central-1:111122223333:backup"
  backup_vault_events = ["BACKUP_JOB_FAILED"]
}

resource "aws_backup_vault" "bare" {
  name = "bare"
}

resource "aws_backup_logically_air_gapped_vault" "away" {
  name               = "away"
  min_retention_days = 14
  max_retention_days = 365
}

resource "aws_backup_logically_air_gapped_vault" "keyed" {
  name               = "away-keyed"
  min_retention_days = 14
  max_retention_days = 365
  encryption_key_arn = aws_kms_key.backup.arn
}

resource "aws_backup_plan" "good" {
  name = "daily"
  rule {
    rule_name                = "daily"
    target_vault_name        = aws_backup_vault.good.name
    schedule                 = "cron(0 3 * * ? *)"
    enable_continuous_backup = true
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = aws_backup_logically_air_gapped_vault.away.arn
    }
  }
  rule {
    rule_name         = "monthly"
    target_vault_name = aws_backup_vault.good.name
    lifecycle {
      delete_after = 365
    }
  }
}

resource "aws_backup_selection" "good" {
  name          = "tagged"
  plan_id       = aws_backup_plan.good.id
  iam_role_arn  = "arn:aws:iam::111122223333:role/backup"
  resources     = ["*"]
  not_resources = ["arn:aws:ec2:*:*:volume/*"]
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "daily"
  }
  condition {
    string_equals {
      key   = "aws:ResourceTag/Environment"
      value = "production"
    }
    string_not_equals {
      key   = "aws:ResourceTag/Scratch"
      value = "yes"
    }
  }
}

resource "aws_backup_plan" "bare" {
  name = "bare"
  rule {
    rule_name         = "weekly"
    target_vault_name = "Default"
  }
}

resource "aws_backup_restore_testing_plan" "good" {
  name                = "monthly"
  schedule_expression = "cron(0 12 1 * ? *)"
  recovery_point_selection {
    algorithm            = "LATEST_WITHIN_WINDOW"
    include_vaults       = ["*"]
    recovery_point_types = ["SNAPSHOT"]
  }
}

resource "aws_backup_restore_testing_selection" "good" {
  name                      = "databases"
  restore_testing_plan_name = aws_backup_restore_testing_plan.good.name
  protected_resource_type   = "RDS"
  iam_role_arn              = "arn:aws:iam::111122223333:role/restore"
  protected_resource_arns   = ["*"]
}
