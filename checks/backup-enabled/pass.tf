resource "aws_efs_file_system" "shared" {
  creation_token = "shared"
  encrypted      = true
}

resource "aws_efs_backup_policy" "shared" {
  file_system_id = aws_efs_file_system.shared.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_lightsail_database" "blog" {
  relational_database_name = "blog"
  blueprint_id             = "mysql_8_0"
  bundle_id                = "micro_1_0"
  master_database_name     = "blog"
  master_username          = "blog"
  master_password          = "replaced-after-first-start"
}

resource "aws_dlm_lifecycle_policy" "volumes" {
  description        = "daily snapshots"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  state              = "ENABLED"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { backup = "daily" }
    schedule {
      name = "daily"
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 14
      }
    }
  }
}
