variable "wipe" {
  type = bool
}

resource "aws_devicefarm_instance_profile" "phones" {
  name             = "phones"
  package_cleanup  = var.wipe
  reboot_after_use = var.wipe
}
