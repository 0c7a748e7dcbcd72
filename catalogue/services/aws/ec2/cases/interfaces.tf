resource "aws_network_interface" "inner" {
  subnet_id       = "subnet-0a1b2c3d"
  security_groups = ["sg-0a1b2c3d"]
}

resource "aws_network_interface" "router" {
  subnet_id         = "subnet-0a1b2c3d"
  source_dest_check = false
}

resource "aws_instance" "app" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  primary_network_interface {
    network_interface_id = aws_network_interface.inner.id
  }
}

resource "aws_network_interface_attachment" "router" {
  instance_id          = aws_instance.app.id
  network_interface_id = aws_network_interface.router.id
  device_index         = 1
}

resource "aws_network_interface_sg_attachment" "extra" {
  security_group_id    = "sg-0b1b2c3d"
  network_interface_id = aws_instance.app.primary_network_interface_id
}

resource "aws_eip" "app" {
  domain = "vpc"
}

resource "aws_eip_association" "app" {
  instance_id   = aws_instance.app.id
  allocation_id = aws_eip.app.id
}

resource "aws_ec2_instance_connect_endpoint" "door" {
  subnet_id          = "subnet-0a1b2c3d"
  security_group_ids = ["sg-0a1b2c3d"]
}
