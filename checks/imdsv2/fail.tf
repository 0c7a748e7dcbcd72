resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  metadata_options {
    http_tokens = "optional"
  }
}

resource "aws_launch_template" "workers" {
  name_prefix   = "workers"
  instance_type = "m7i.large"
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "optional"
  }
}

resource "aws_launch_configuration" "old" {
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  metadata_options {
    http_tokens = "optional"
  }
}
