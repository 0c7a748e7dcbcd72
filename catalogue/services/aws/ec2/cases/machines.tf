resource "aws_instance" "hardened" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "m7i.metal-24xl"
  subnet_id                   = "subnet-0a1b2c3d"
  associate_public_ip_address = false
  iam_instance_profile        = "app"
  monitoring                  = true
  disable_api_termination     = true
  tenancy                     = "dedicated"
  user_data                   = "#!/bin/sh\necho started"

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }
  root_block_device {
    encrypted  = true
    kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = true
  }
}

resource "aws_instance" "careless" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
  source_dest_check           = false
  user_data                   = "#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"

  metadata_options {
    http_tokens = "optional"
  }
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "/dev/sdf"
  }
}

# Nothing written: what the subnet, the image and the account decide stays unknown.
resource "aws_instance" "plain" {
  ami           = "ami-0123456789abcdef0"
  instance_type = var.type
}

variable "type" {
  type = string
}

# No metadata service at all is as good as tokens required.
resource "aws_instance" "no_metadata" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  metadata_options {
    http_endpoint = "disabled"
  }
}

resource "aws_spot_instance_request" "good" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "c7g.metal"
  iam_instance_profile        = "worker"
  associate_public_ip_address = false
  monitoring                  = true
  disable_api_termination     = true
  metadata_options {
    http_tokens = "required"
  }
  root_block_device {
    encrypted  = true
    kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_spot_instance_request" "bad" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "c7g.large"
  associate_public_ip_address = true
  source_dest_check           = false
  metadata_options {
    http_tokens = "optional"
  }
}

resource "aws_launch_template" "no_image" {
  name          = "no-image"
  instance_type = "m7i.large"
}

resource "aws_launch_template" "good" {
  name                    = "good"
  image_id                = "ami-0123456789abcdef0"
  instance_type           = "m7i.large"
  disable_api_termination = true
  user_data               = base64encode("echo started")

  iam_instance_profile {
    name = "app"
  }
  monitoring {
    enabled = true
  }
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  network_interfaces {
    associate_public_ip_address = false
    security_groups             = ["sg-0a1b2c3d"]
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted  = true
      kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
  placement {
    tenancy = "dedicated"
  }
}

resource "aws_launch_template" "bad" {
  name          = "bad"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "i3.metal"
  user_data     = base64encode("export AWS_SECRET_ACCESS_KEY=Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw")

  metadata_options {
    http_tokens = "optional"
  }
  network_interfaces {
    associate_public_ip_address = "true"
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 40
    }
  }
}

resource "aws_launch_configuration" "good" {
  name                        = "good"
  image_id                    = "ami-0123456789abcdef0"
  instance_type               = "m5.metal"
  iam_instance_profile        = "app"
  associate_public_ip_address = false
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  root_block_device {
    encrypted = true
  }
}

resource "aws_launch_configuration" "bad" {
  name                        = "bad"
  image_id                    = "ami-0123456789abcdef0"
  instance_type               = "t3.large"
  associate_public_ip_address = true
  enable_monitoring           = false
  placement_tenancy           = "dedicated"
  metadata_options {
    http_tokens = "optional"
  }
  root_block_device {
    encrypted = false
  }
}

resource "aws_spot_fleet_request" "good" {
  iam_fleet_role  = "arn:aws:iam::111122223333:role/fleet"
  target_capacity = 4
  launch_specification {
    ami                         = "ami-0123456789abcdef0"
    instance_type               = "m7i.large"
    iam_instance_profile        = "app"
    associate_public_ip_address = false
    monitoring                  = true
    root_block_device {
      encrypted = true
    }
  }
}

resource "aws_spot_fleet_request" "bad" {
  iam_fleet_role  = "arn:aws:iam::111122223333:role/fleet"
  target_capacity = 1
  launch_specification {
    ami                         = "ami-0123456789abcdef0"
    instance_type               = "m7i.large"
    associate_public_ip_address = true
  }
}

resource "aws_ec2_fleet" "workers" {
  replace_unhealthy_instances = true
  launch_template_config {
    launch_template_specification {
      launch_template_id = aws_launch_template.good.id
      version            = "$Latest"
    }
  }
  target_capacity_specification {
    default_target_capacity_type = "spot"
    total_target_capacity        = 5
  }
}

resource "aws_ec2_fleet" "unwatched" {
  launch_template_config {
    launch_template_specification {
      launch_template_id = aws_launch_template.bad.id
      version            = "1"
    }
  }
  target_capacity_specification {
    default_target_capacity_type = "spot"
    total_target_capacity        = 1
  }
}
