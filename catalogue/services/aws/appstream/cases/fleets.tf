variable "password" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_appstream_fleet" "base" {
  name          = "base"
  image_name    = "Amazon-AppStream2-Sample-Image-03-11-2023"
  instance_type = "stream.standard.small"
  iam_role_arn  = "arn:aws:iam::111122223333:role/fleet"

  compute_capacity {
    desired_instances = 1
  }
  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_appstream_fleet" "own" {
  name                           = "own"
  image_name                     = "office-2026"
  instance_type                  = "stream.standard.small"
  enable_default_internet_access = true

  compute_capacity {
    desired_instances = 1
  }
}

resource "aws_appstream_fleet_stack_association" "own" {
  fleet_name = aws_appstream_fleet.own.name
  stack_name = aws_appstream_stack.open.name
}

resource "aws_appstream_image_builder" "base" {
  name                           = "base"
  image_name                     = "AppStream-WinServer2022-06-17-2026"
  instance_type                  = "stream.standard.small"
  enable_default_internet_access = true
}

resource "aws_appstream_image_builder" "inside" {
  name          = "inside"
  image_arn     = "arn:aws:appstream:eu-west-1:111122223333:image/office"
  instance_type = "stream.standard.small"
  iam_role_arn  = "arn:aws:iam::111122223333:role/builder"

  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_appstream_stack" "open" {
  name = "open"
  user_settings {
    action     = "FILE_DOWNLOAD"
    permission = "ENABLED"
  }
}

resource "aws_appstream_stack" "closed" {
  name = "closed"
  user_settings {
    action     = "FILE_DOWNLOAD"
    permission = "DISABLED"
  }
}

resource "aws_appstream_user" "ada" {
  authentication_type = "USERPOOL"
  user_name           = "ada@example.com"
}

resource "aws_appstream_user_stack_association" "ada" {
  authentication_type = "USERPOOL"
  stack_name          = aws_appstream_stack.open.name
  user_name           = aws_appstream_user.ada.user_name
}

resource "aws_appstream_directory_config" "corp" {
  directory_name                          = "corp.example.com"
  organizational_unit_distinguished_names = ["OU=fleet"]

  service_account_credentials {
    account_name     = "corp\\join"
    account_password = var.password
  }
}
