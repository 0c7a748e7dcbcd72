resource "aws_devicefarm_project" "app" {
  name = "app"
}

resource "aws_devicefarm_test_grid_project" "inside" {
  name = "inside"
  vpc_config {
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_devicefarm_test_grid_project" "outside" {
  name = "outside"
}

resource "aws_devicefarm_instance_profile" "clean" {
  name             = "clean"
  package_cleanup  = true
  reboot_after_use = true
}

resource "aws_devicefarm_instance_profile" "dirty" {
  name = "dirty"
}
