variable "enforce" {
  type = bool
}

resource "aws_athena_workgroup" "analysts" {
  name = "analysts"
  configuration {
    enforce_workgroup_configuration = var.enforce
  }
}
