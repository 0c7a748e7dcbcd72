resource "aws_db_snapshot" "before_upgrade" {
  db_instance_identifier = "orders"
  db_snapshot_identifier = "before-upgrade"
  shared_accounts        = ["all"]
}

resource "aws_ami_copy" "base" {
  name              = "base"
  source_ami_id     = "ami-0b6d9d3d33ba97d99"
  source_ami_region = "eu-central-1"
  encrypted         = false
}

resource "aws_ami_launch_permission" "everyone" {
  image_id = aws_ami_copy.base.id
  group    = "all"
}

resource "aws_ssm_document" "restart" {
  name          = "restart"
  document_type = "Command"
  content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
  permissions = {
    type        = "Share"
    account_ids = "All"
  }
}

resource "aws_lambda_layer_version" "libraries" {
  layer_name = "libraries"
  filename   = "layer.zip"
}

resource "aws_lambda_layer_version_permission" "everyone" {
  layer_name     = aws_lambda_layer_version.libraries.layer_name
  version_number = aws_lambda_layer_version.libraries.version
  statement_id   = "everyone"
  action         = "lambda:GetLayerVersion"
  principal      = "*"
}
