resource "aws_devicefarm_instance_profile" "phones" {
  name             = "phones"
  package_cleanup  = true
  reboot_after_use = true
}
