variable "serial" {
  type = bool
}

resource "aws_ec2_serial_console_access" "given" {
  enabled = var.serial
}
