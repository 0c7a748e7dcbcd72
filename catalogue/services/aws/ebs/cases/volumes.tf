resource "aws_kms_key" "disks" {}

resource "aws_ebs_encryption_by_default" "on" {}

resource "aws_ebs_default_kms_key" "ours" {
  key_arn = aws_kms_key.disks.arn
}

resource "aws_ebs_snapshot_block_public_access" "on" {
  state = "block-all-sharing"
}

resource "aws_ebs_volume" "good" {
  availability_zone = "eu-central-1a"
  size              = 20
  encrypted         = true
  kms_key_id        = aws_kms_key.disks.arn
  final_snapshot    = true
}

resource "aws_ebs_volume" "plain" {
  availability_zone = "eu-central-1a"
  size              = 20
  outpost_arn       = "arn:aws:outposts:eu-central-1:111122223333:outpost/op-1"
}

resource "aws_ebs_volume" "restored" {
  availability_zone = "eu-central-1a"
  snapshot_id       = "snap-0123456789abcdef0"
}

resource "aws_volume_attachment" "good" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.good.id
  instance_id = "i-0123456789abcdef0"
}

resource "aws_ebs_snapshot" "daily" {
  volume_id = aws_ebs_volume.good.id
}

resource "aws_snapshot_create_volume_permission" "daily" {
  snapshot_id = aws_ebs_snapshot.daily.id
  account_id  = "444455556666"
}

resource "aws_ebs_snapshot_copy" "away" {
  source_snapshot_id = aws_ebs_snapshot.daily.id
  source_region      = "eu-central-1"
  encrypted          = true
  kms_key_id         = aws_kms_key.disks.arn
}

resource "aws_ebs_snapshot_copy" "as_it_is" {
  source_snapshot_id = aws_ebs_snapshot.daily.id
  source_region      = "eu-central-1"
}

resource "aws_ebs_snapshot_copy" "refused" {
  source_snapshot_id = "snap-1"
  source_region      = "eu-central-1"
  encrypted          = false
}

resource "aws_ebs_snapshot_import" "vm" {
  disk_container {
    format = "VHD"
    url    = "s3://acme/disk.vhd"
  }
}

resource "aws_ebs_snapshot_import" "vm_encrypted" {
  encrypted  = true
  kms_key_id = aws_kms_key.disks.arn
  disk_container {
    format = "VHD"
    url    = "s3://acme/disk.vhd"
  }
}

# as plan and state show them
resource "aws_ebs_snapshot" "known" {
  volume_id = "vol-1"
  encrypted = true
}

resource "aws_ebs_snapshot" "plain" {
  volume_id = "vol-2"
  encrypted = false
}
