resource "aws_workspaces_workspace" "good" {
  bundle_id                      = "wsb-1"
  directory_id                   = aws_workspaces_directory.good.directory_id
  user_name                      = "ada"
  root_volume_encryption_enabled = true
  user_volume_encryption_enabled = true
  volume_encryption_key          = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_workspaces_workspace" "half" {
  bundle_id                      = "wsb-1"
  directory_id                   = "d-1"
  user_name                      = "grace"
  user_volume_encryption_enabled = true
  volume_encryption_key          = "alias/aws/workspaces"
}

resource "aws_workspaces_directory" "good" {
  directory_id = "d-1"
  ip_group_ids = [aws_workspaces_ip_group.office.id]

  saml_properties {
    status          = "ENABLED"
    user_access_url = "https://id.example.com"
  }
  workspace_creation_properties {
    user_enabled_as_local_administrator = false
    enable_internet_access              = false
    enable_maintenance_mode             = true
  }
}

resource "aws_workspaces_directory" "loose" {
  directory_id = "d-2"

  workspace_creation_properties {
    user_enabled_as_local_administrator = true
    enable_internet_access              = true
    enable_maintenance_mode             = false
  }
}

resource "aws_workspaces_ip_group" "office" {
  name = "office"

  rules {
    source = "192.0.2.0/24"
  }
}
