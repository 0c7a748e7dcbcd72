resource "aws_datasync_agent" "inside" {
  name                = "inside"
  activation_key      = "ABCDE"
  vpc_endpoint_id     = "vpce-1"
  subnet_arns         = ["arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1"]
  security_group_arns = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
}

resource "aws_datasync_agent" "outside" {
  name       = "outside"
  ip_address = "192.0.2.1"
}

resource "aws_datasync_task" "good" {
  name                     = "copy"
  source_location_arn      = aws_datasync_location_smb.share.arn
  destination_location_arn = aws_datasync_location_efs.good.arn
  cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:datasync"
  options {
    log_level = "TRANSFER"
  }
}

resource "aws_datasync_task" "silent" {
  name                     = "silent"
  source_location_arn      = aws_datasync_location_smb.share.arn
  destination_location_arn = aws_datasync_location_efs.plain.arn
}

resource "aws_datasync_location_smb" "share" {
  agent_arns      = [aws_datasync_agent.inside.arn]
  server_hostname = "files.example.com"
  subdirectory    = "/"
  user            = "copy"
  password        = "T0pS3cret-horse-battery"
}

resource "aws_datasync_location_smb" "kerberos" {
  agent_arns      = [aws_datasync_agent.inside.arn]
  server_hostname = "files.example.com"
  subdirectory    = "/"
  user            = "copy"
}

resource "aws_datasync_location_fsx_windows_file_system" "files" {
  fsx_filesystem_arn  = "arn:aws:fsx:eu-central-1:111122223333:file-system/fs-1"
  security_group_arns = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
  user                = "copy"
  password            = "T0pS3cret-horse-battery"
}

resource "aws_datasync_location_fsx_windows_file_system" "kerberos" {
  fsx_filesystem_arn  = "arn:aws:fsx:eu-central-1:111122223333:file-system/fs-1"
  security_group_arns = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
  user                = "copy"
}

resource "aws_datasync_location_fsx_ontap_file_system" "smb" {
  storage_virtual_machine_arn = "arn:aws:fsx:eu-central-1:111122223333:storage-virtual-machine/fs-1/svm-1"
  security_group_arns         = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
  protocol {
    smb {
      user     = "copy"
      password = "T0pS3cret-horse-battery"
    }
  }
}

resource "aws_datasync_location_fsx_ontap_file_system" "nfs" {
  storage_virtual_machine_arn = "arn:aws:fsx:eu-central-1:111122223333:storage-virtual-machine/fs-1/svm-1"
  security_group_arns         = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
  protocol {
    nfs {
      mount_options {
        version = "NFS3"
      }
    }
  }
}

resource "aws_datasync_location_object_storage" "good" {
  agent_arns      = [aws_datasync_agent.inside.arn]
  server_hostname = "objects.example.com"
  bucket_name     = "files"
}

resource "aws_datasync_location_object_storage" "bad" {
  agent_arns      = [aws_datasync_agent.inside.arn]
  server_hostname = "objects.example.com"
  bucket_name     = "files"
  server_protocol = "HTTP"
  access_key      = "files"
  secret_key      = "T0pS3cret-horse-battery"
}

resource "aws_datasync_location_azure_blob" "good" {
  agent_arns          = [aws_datasync_agent.inside.arn]
  authentication_type = "SAS"
  container_url       = "https://acme.blob.core.windows.net/files"
  sas_configuration {
    token = "sv=2024-01-01&sig=abcdefghijklmnop"
  }
}

resource "aws_datasync_location_azure_blob" "plain" {
  agent_arns          = [aws_datasync_agent.inside.arn]
  authentication_type = "NONE"
  container_url       = "http://acme.blob.core.windows.net/files"
}

resource "aws_datasync_location_hdfs" "good" {
  agent_arns          = [aws_datasync_agent.inside.arn]
  authentication_type = "KERBEROS"
  name_node {
    hostname = "hdfs.example.com"
    port     = 8020
  }
  qop_configuration {
    data_transfer_protection = "PRIVACY"
    rpc_protection           = "PRIVACY"
  }
}

resource "aws_datasync_location_hdfs" "bad" {
  agent_arns          = [aws_datasync_agent.inside.arn]
  authentication_type = "SIMPLE"
  simple_user         = "hdfs"
  name_node {
    hostname = "hdfs.example.com"
    port     = 8020
  }
  qop_configuration {
    data_transfer_protection = "DISABLED"
    rpc_protection           = "DISABLED"
  }
}

resource "aws_datasync_location_efs" "good" {
  efs_file_system_arn   = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1"
  in_transit_encryption = "TLS1_2"
  ec2_config {
    security_group_arns = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
    subnet_arn          = "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1"
  }
}

resource "aws_datasync_location_efs" "plain" {
  efs_file_system_arn = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-2"
  ec2_config {
    security_group_arns = ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"]
    subnet_arn          = "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1"
  }
}
