variable "template" {
  type = string
}

variable "profile" {
  type = string
}

resource "aws_instance" "web" {
  launch_template {
    id = var.template
  }
}

resource "aws_instance" "api" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.profile
}
