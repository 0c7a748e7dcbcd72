resource "aws_devicefarm_instance_profile" "phones" {
  name             = "phones"
  package_cleanup  = false
  reboot_after_use = false
}
