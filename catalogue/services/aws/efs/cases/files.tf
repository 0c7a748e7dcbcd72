resource "aws_efs_file_system" "good" {
  creation_token = "home"
  encrypted      = true
  kms_key_id     = "arn:aws:kms:eu-central-1:111122223333:key/1"
  lifecycle_policy {
    transition_to_ia = "AFTER_30_DAYS"
  }
}

resource "aws_efs_backup_policy" "good" {
  file_system_id = aws_efs_file_system.good.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_replication_configuration" "good" {
  source_file_system_id = aws_efs_file_system.good.id
  destination {
    region = "eu-west-1"
  }
}

resource "aws_efs_mount_target" "good" {
  file_system_id  = aws_efs_file_system.good.id
  subnet_id       = "subnet-1"
  security_groups = ["sg-1"]
}

resource "aws_efs_file_system_policy" "good" {
  file_system_id = aws_efs_file_system.good.id
  policy         = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "elasticfilesystem:ClientMount", Resource = "*" }] })
}

resource "aws_efs_access_point" "good" {
  file_system_id = aws_efs_file_system.good.id
  posix_user {
    uid = 1000
    gid = 1000
  }
  root_directory {
    path = "/app"
  }
}

resource "aws_efs_access_point" "loose" {
  file_system_id = aws_efs_file_system.good.id
}

resource "aws_efs_file_system" "plain" {
  creation_token = "plain"
}

resource "aws_efs_file_system" "one_zone" {
  availability_zone_name = "eu-central-1a"
  encrypted              = true
}
