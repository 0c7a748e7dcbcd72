resource "aws_ami" "shared" {
  name         = "golden"
  imds_support = "v2.0"
  ebs_block_device {
    device_name = "/dev/xvda"
    encrypted   = true
    volume_size = 8
  }
}

resource "aws_ami_launch_permission" "everyone" {
  image_id = aws_ami.shared.id
  group    = "all"
}

resource "aws_ami" "private" {
  name = "plain"
  ebs_block_device {
    device_name = "/dev/xvda"
    volume_size = 8
  }
}

resource "aws_ami_launch_permission" "partner" {
  image_id   = aws_ami.private.id
  account_id = "444455556666"
}

# As encrypted as the snapshot it is made of.
resource "aws_ami" "of_snapshot" {
  name = "from-snapshot"
  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = "snap-0123456789abcdef0"
  }
}

resource "aws_ami_copy" "encrypted" {
  name              = "copy"
  source_ami_id     = aws_ami.private.id
  source_ami_region = "eu-west-1"
  encrypted         = true
  kms_key_id        = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

resource "aws_ami_copy" "outpost" {
  name                    = "copy-on-site"
  source_ami_id           = aws_ami.private.id
  source_ami_region       = "eu-west-1"
  encrypted               = false
  destination_outpost_arn = "arn:aws:outposts:eu-west-1:111122223333:outpost/op-0123456789abcdef0"
}

resource "aws_ami_copy" "public" {
  name              = "copy-for-all"
  source_ami_id     = aws_ami.private.id
  source_ami_region = "eu-west-1"
}

resource "aws_ami_launch_permission" "copy" {
  image_id = aws_ami_copy.public.id
  group    = "all"
}

resource "aws_ami_from_instance" "backup" {
  name               = "backup"
  source_instance_id = "i-0123456789abcdef0"
}

resource "aws_ami_from_instance" "public" {
  name               = "backup-for-all"
  source_instance_id = "i-0123456789abcdef0"
}

resource "aws_ami_launch_permission" "backup" {
  image_id = aws_ami_from_instance.public.id
  group    = "all"
}
