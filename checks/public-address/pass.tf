resource "aws_instance" "app" {
  ami                         = "ami-0b6d9d3d33ba97d99"
  instance_type               = "m7g.large"
  associate_public_ip_address = false
}

resource "aws_launch_template" "app" {
  name     = "app"
  image_id = "ami-0b6d9d3d33ba97d99"
  network_interfaces {
    associate_public_ip_address = false
  }
}

resource "aws_launch_configuration" "legacy" {
  image_id                    = "ami-0b6d9d3d33ba97d99"
  instance_type               = "m5.large"
  associate_public_ip_address = false
}
