variable "encrypt_disks" {
  type = bool
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = var.encrypt_disks
}
