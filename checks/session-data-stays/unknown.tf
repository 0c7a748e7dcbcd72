variable "download" {
  type = string
}

resource "aws_appstream_stack" "desk" {
  name = "desk"
  user_settings {
    action     = "FILE_DOWNLOAD"
    permission = var.download
  }
}
