variable "token" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_ssm_parameter" "secure" {
  name             = "/app/token"
  type             = "SecureString"
  key_id           = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  value_wo         = var.token
  value_wo_version = 1
}

resource "aws_ssm_parameter" "default_key" {
  name  = "/app/other"
  type  = "SecureString"
  value = var.token
}

resource "aws_ssm_parameter" "plain" {
  name  = "/app/mode"
  type  = "String"
  value = "fast"
}

resource "aws_ssm_document" "public" {
  name          = "restart"
  document_type = "Command"
  content       = "{\"schemaVersion\":\"2.2\"}"
  permissions = {
    type        = "Share"
    account_ids = "All"
  }
}

resource "aws_ssm_document" "shared" {
  name          = "shared"
  document_type = "Command"
  content       = "{\"schemaVersion\":\"2.2\"}"
  permissions = {
    type        = "Share"
    account_ids = "444455556666,777788889999"
  }
}

resource "aws_ssm_document" "session" {
  name          = "SSM-SessionManagerRunShell"
  document_type = "Session"
  content = jsonencode({
    schemaVersion = "1.0"
    sessionType   = "Standard_Stream"
    inputs = {
      kmsKeyId               = "arn:aws:kms:eu-west-1:111122223333:key/1234"
      cloudWatchLogGroupName = "/ssm/sessions"
      s3BucketName           = ""
    }
  })
}

resource "aws_ssm_document" "bare_session" {
  name          = "bare"
  document_type = "Session"
  content       = jsonencode({ schemaVersion = "1.0", inputs = { kmsKeyId = "", s3BucketName = "" } })
}

resource "aws_ssm_association" "patch" {
  name                = "AWS-RunPatchBaseline"
  schedule_expression = "cron(0 2 ? * SUN *)"

  targets {
    key    = "tag:Environment"
    values = ["prod"]
  }
}

resource "aws_ssm_association" "inventory" {
  name = "AWS-GatherSoftwareInventory"

  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}

resource "aws_ssm_maintenance_window" "weekly" {
  name     = "weekly"
  schedule = "cron(0 16 ? * TUE *)"
  duration = 3
  cutoff   = 1
}

resource "aws_ssm_maintenance_window_target" "weekly" {
  window_id     = aws_ssm_maintenance_window.weekly.id
  resource_type = "INSTANCE"

  targets {
    key    = "tag:Patch"
    values = ["weekly"]
  }
}

resource "aws_ssm_maintenance_window_task" "weekly" {
  window_id = aws_ssm_maintenance_window.weekly.id
  task_type = "RUN_COMMAND"
  task_arn  = "AWS-RunPatchBaseline"
}

resource "aws_ssm_maintenance_window" "restart" {
  name     = "restart"
  schedule = "rate(7 days)"
  duration = 3
  cutoff   = 1
}

resource "aws_ssm_patch_baseline" "linux" {
  name             = "linux"
  operating_system = "AMAZON_LINUX_2023"

  approval_rule {
    approve_after_days = 7
    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security"]
    }
  }
}

resource "aws_ssm_patch_group" "linux" {
  baseline_id = aws_ssm_patch_baseline.linux.id
  patch_group = "linux"
}

resource "aws_ssm_default_patch_baseline" "linux" {
  baseline_id      = aws_ssm_patch_baseline.linux.id
  operating_system = "AMAZON_LINUX_2023"
}

resource "aws_ssm_activation" "hybrid" {
  name     = "hybrid"
  iam_role = "ssm-hybrid"
}

resource "aws_ssm_resource_data_sync" "inventory" {
  name = "inventory"

  s3_destination {
    bucket_name = "inventory"
    region      = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_ssm_resource_data_sync" "plain" {
  name = "plain"

  s3_destination {
    bucket_name = "inventory"
    region      = "eu-west-1"
  }
}

resource "aws_ssm_service_setting" "no_sharing" {
  setting_id    = "arn:aws:ssm:eu-west-1:111122223333:servicesetting/ssm/documents/console/public-sharing-permission"
  setting_value = "Disable"
}

resource "aws_ssm_service_setting" "sharing" {
  setting_id    = "/ssm/documents/console/public-sharing-permission"
  setting_value = "Enable"
}
