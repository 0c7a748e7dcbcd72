resource "aws_db_snapshot" "before_upgrade" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "before-upgrade"
  shared_accounts        = ["111122223333"]
}

resource "aws_ebs_snapshot" "data" {
  volume_id = "vol-049df61146c4d7901"
}

resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0b6d9d3d33ba97d99"
  source_ami_region = "eu-central-1"
  encrypted         = true
}

resource "aws_ami_launch_permission" "partner" {
  image_id   = aws_ami_copy.base.id
  account_id = "111122223333"
}

resource "aws_ssm_document" "restart" {
  name          = "restart"
  document_type = "Command"
  content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
}
