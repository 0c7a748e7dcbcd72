resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  metadata_options {
    http_put_response_hop_limit = 3
  }
}

resource "aws_launch_template" "workers" {
  name_prefix = "workers"
  metadata_options {
    http_put_response_hop_limit = 2
  }
}
