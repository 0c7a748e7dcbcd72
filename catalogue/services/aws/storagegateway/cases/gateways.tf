resource "aws_storagegateway_gateway" "good" {
  gateway_name             = "files"
  gateway_timezone         = "GMT"
  gateway_type             = "FILE_S3"
  activation_key           = "ABCDE"
  gateway_vpc_endpoint     = "vpce-1"
  cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:gateway"
  smb_security_strategy    = "MandatoryEncryption"
  maintenance_start_time {
    day_of_week  = "1"
    hour_of_day  = 3
  }
}

resource "aws_storagegateway_gateway" "bad" {
  gateway_name          = "open"
  gateway_timezone      = "GMT"
  gateway_type          = "FILE_S3"
  gateway_ip_address    = "10.0.0.5"
  smb_security_strategy = "ClientSpecified"
  smb_guest_password    = "T0pS3cret-horse-battery"
}

resource "aws_storagegateway_nfs_file_share" "good" {
  gateway_arn           = aws_storagegateway_gateway.good.arn
  location_arn          = "arn:aws:s3:::acme-files"
  role_arn              = "arn:aws:iam::111122223333:role/gateway"
  client_list           = ["10.0.0.0/8"]
  kms_encrypted         = true
  kms_key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/1"
  audit_destination_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:audit"
}

resource "aws_storagegateway_nfs_file_share" "bad" {
  gateway_arn  = aws_storagegateway_gateway.bad.arn
  location_arn = "arn:aws:s3:::acme-files"
  role_arn     = "arn:aws:iam::111122223333:role/gateway"
  client_list  = ["0.0.0.0/0"]
}

resource "aws_storagegateway_smb_file_share" "good" {
  gateway_arn           = aws_storagegateway_gateway.good.arn
  location_arn          = "arn:aws:s3:::acme-files"
  role_arn              = "arn:aws:iam::111122223333:role/gateway"
  kms_encrypted         = true
  kms_key_arn           = "arn:aws:kms:eu-central-1:111122223333:key/1"
  audit_destination_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:audit"
}

resource "aws_storagegateway_smb_file_share" "bad" {
  gateway_arn    = aws_storagegateway_gateway.bad.arn
  location_arn   = "arn:aws:s3:::acme-files"
  role_arn       = "arn:aws:iam::111122223333:role/gateway"
  authentication = "GuestAccess"
}

resource "aws_storagegateway_cached_iscsi_volume" "good" {
  gateway_arn          = aws_storagegateway_gateway.good.arn
  network_interface_id = "10.0.0.5"
  target_name          = "good"
  volume_size_in_bytes = 5368709120
  kms_encrypted        = true
  kms_key              = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_storagegateway_cached_iscsi_volume" "bare" {
  gateway_arn          = aws_storagegateway_gateway.good.arn
  network_interface_id = "10.0.0.5"
  target_name          = "bare"
  volume_size_in_bytes = 5368709120
}

resource "aws_storagegateway_stored_iscsi_volume" "good" {
  gateway_arn            = aws_storagegateway_gateway.good.arn
  disk_id                = "disk"
  network_interface_id   = "10.0.0.5"
  preserve_existing_data = true
  target_name            = "stored"
  kms_encrypted          = true
  kms_key                = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_storagegateway_stored_iscsi_volume" "bare" {
  gateway_arn            = aws_storagegateway_gateway.good.arn
  disk_id                = "disk"
  network_interface_id   = "10.0.0.5"
  preserve_existing_data = true
  target_name            = "stored-bare"
}

resource "aws_storagegateway_tape_pool" "locked" {
  pool_name                   = "locked"
  storage_class               = "GLACIER"
  retention_lock_type         = "COMPLIANCE"
  retention_lock_time_in_days = 365
}

resource "aws_storagegateway_tape_pool" "loose" {
  pool_name     = "loose"
  storage_class = "GLACIER"
}

resource "aws_storagegateway_file_system_association" "good" {
  gateway_arn           = aws_storagegateway_gateway.good.arn
  location_arn          = "arn:aws:fsx:eu-central-1:111122223333:file-system/fs-1"
  username              = "joiner"
  password              = var.password
  audit_destination_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:audit"
}

resource "aws_storagegateway_file_system_association" "bare" {
  gateway_arn  = aws_storagegateway_gateway.good.arn
  location_arn = "arn:aws:fsx:eu-central-1:111122223333:file-system/fs-2"
  username     = "joiner"
  password     = var.password
}

variable "password" {
  type = string
}
