resource "aws_ebs_encryption_by_default" "off" {
  enabled = false
}

resource "aws_ebs_snapshot_block_public_access" "off" {
  state = "unblocked"
}

resource "aws_dlm_lifecycle_policy" "daily" {
  description        = "daily snapshots"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Backup = "daily" }
    schedule {
      name      = "daily"
      copy_tags = true
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 14
      }
      cross_region_copy_rule {
        target    = "eu-west-1"
        encrypted = true
      }
      share_rule {
        target_accounts = ["444455556666"]
      }
    }
  }
}

resource "aws_dlm_lifecycle_policy" "paused" {
  description        = "paused"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  state              = "DISABLED"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Backup = "weekly" }
    schedule {
      name = "weekly"
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 2
      }
    }
  }
}

resource "aws_dlm_lifecycle_policy" "bare_copy" {
  description        = "copies in clear"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { Backup = "weekly" }
    schedule {
      name = "weekly"
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 2
      }
      cross_region_copy_rule {
        target    = "eu-west-1"
        encrypted = false
      }
    }
  }
}

resource "aws_rbin_rule" "locked" {
  resource_type = "EBS_SNAPSHOT"
  retention_period {
    retention_period_value = 14
    retention_period_unit  = "DAYS"
  }
  lock_configuration {
    unlock_delay {
      unlock_delay_value = 7
      unlock_delay_unit  = "DAYS"
    }
  }
}

resource "aws_rbin_rule" "loose" {
  resource_type = "EBS_SNAPSHOT"
  retention_period {
    retention_period_value = 7
    retention_period_unit  = "DAYS"
  }
}
