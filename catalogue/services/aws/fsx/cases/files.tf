resource "aws_fsx_windows_file_system" "good" {
  subnet_ids                    = ["subnet-1", "subnet-2"]
  throughput_capacity           = 32
  deployment_type               = "MULTI_AZ_1"
  kms_key_id                    = "arn:aws:kms:eu-central-1:111122223333:key/1"
  active_directory_id           = "d-1234567890"
  copy_tags_to_backups          = true
  weekly_maintenance_start_time = "7:03:00"
  audit_log_configuration {
    file_access_audit_log_level = "SUCCESS_AND_FAILURE"
    audit_log_destination       = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/fsx/files"
  }
}

resource "aws_fsx_windows_file_system" "bad" {
  subnet_ids                      = ["subnet-1"]
  throughput_capacity             = 8
  automatic_backup_retention_days = 0
  skip_final_backup               = true
  self_managed_active_directory {
    dns_ips     = ["10.0.0.1", "10.0.0.2"]
    domain_name = "corp.example.com"
    username    = "joiner"
    password    = "T0pS3cret-horse-battery"
  }
}

resource "aws_fsx_lustre_file_system" "good" {
  subnet_ids                      = ["subnet-1"]
  deployment_type                 = "PERSISTENT_2"
  file_system_type_version        = "2.15"
  kms_key_id                      = "arn:aws:kms:eu-central-1:111122223333:key/1"
  automatic_backup_retention_days = 7
  copy_tags_to_backups            = true
  skip_final_backup               = false
  weekly_maintenance_start_time   = "7:03:00"
}

resource "aws_fsx_data_repository_association" "good" {
  file_system_id       = aws_fsx_lustre_file_system.good.id
  data_repository_path = "s3://acme-data"
  file_system_path     = "/data"
}

resource "aws_fsx_lustre_file_system" "scratch" {
  subnet_ids       = ["subnet-1"]
  storage_capacity = 1200
}

resource "aws_fsx_ontap_file_system" "good" {
  subnet_ids                      = ["subnet-1", "subnet-2"]
  preferred_subnet_id             = "subnet-1"
  deployment_type                 = "MULTI_AZ_2"
  storage_capacity                = 1024
  kms_key_id                      = "arn:aws:kms:eu-central-1:111122223333:key/1"
  automatic_backup_retention_days = 14
  weekly_maintenance_start_time   = "7:03:00"
}

resource "aws_fsx_ontap_file_system" "bad" {
  subnet_ids          = ["subnet-1"]
  preferred_subnet_id = "subnet-1"
  deployment_type     = "SINGLE_AZ_1"
  storage_capacity    = 1024
  fsx_admin_password  = "T0pS3cret-horse-battery"
}

resource "aws_fsx_ontap_storage_virtual_machine" "good" {
  file_system_id = aws_fsx_ontap_file_system.good.id
  name           = "svm"
}

resource "aws_fsx_ontap_storage_virtual_machine" "bad" {
  file_system_id     = aws_fsx_ontap_file_system.bad.id
  name               = "svm-open"
  svm_admin_password = "T0pS3cret-horse-battery"
}

resource "aws_fsx_ontap_volume" "locked" {
  name                       = "evidence"
  storage_virtual_machine_id = aws_fsx_ontap_storage_virtual_machine.good.id
  copy_tags_to_backups       = true
  snaplock_configuration {
    snaplock_type = "COMPLIANCE"
  }
}

resource "aws_fsx_ontap_volume" "plain" {
  name                       = "plain"
  storage_virtual_machine_id = aws_fsx_ontap_storage_virtual_machine.good.id
}

resource "aws_fsx_openzfs_file_system" "good" {
  subnet_ids                      = ["subnet-1", "subnet-2"]
  deployment_type                 = "MULTI_AZ_1"
  throughput_capacity             = 160
  kms_key_id                      = "arn:aws:kms:eu-central-1:111122223333:key/1"
  automatic_backup_retention_days = 7
  copy_tags_to_backups            = true
  weekly_maintenance_start_time   = "7:03:00"
}

resource "aws_fsx_openzfs_file_system" "bad" {
  subnet_ids          = ["subnet-1"]
  deployment_type     = "SINGLE_AZ_1"
  throughput_capacity = 64
  skip_final_backup   = true
}

resource "aws_fsx_s3_access_point_attachment" "inside" {
  name = "inside"
  type = "OPENZFS"
  openzfs_configuration {
    volume_id = aws_fsx_openzfs_file_system.good.root_volume_id
  }
  s3_access_point {
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "s3:GetObject", Resource = "*" }] })
    vpc_configuration {
      vpc_id = "vpc-1"
    }
  }
}

resource "aws_fsx_s3_access_point_attachment" "outside" {
  name = "outside"
  type = "OPENZFS"
  openzfs_configuration {
    volume_id = "fsvol-1"
  }
}

resource "aws_fsx_file_cache" "good" {
  file_cache_type         = "LUSTRE"
  file_cache_type_version = "2.12"
  storage_capacity        = 1200
  subnet_ids              = ["subnet-1"]
  kms_key_id              = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_fsx_file_cache" "bare" {
  file_cache_type         = "LUSTRE"
  file_cache_type_version = "2.12"
  storage_capacity        = 1200
  subnet_ids              = ["subnet-1"]
}

resource "aws_fsx_backup" "one" {
  file_system_id = aws_fsx_lustre_file_system.good.id
}
