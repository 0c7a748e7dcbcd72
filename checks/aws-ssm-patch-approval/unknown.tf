variable "days" {
  type = number
}

resource "aws_ssm_patch_baseline" "linux" {
  name = "linux"
  approval_rule {
    approve_after_days = var.days
    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security"]
    }
  }
}
