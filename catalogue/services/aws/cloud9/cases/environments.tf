resource "aws_cloud9_environment_ec2" "inside" {
  name            = "inside"
  instance_type   = "t3.small"
  image_id        = "amazonlinux-2023-x86_64"
  connection_type = "CONNECT_SSM"
}

resource "aws_cloud9_environment_membership" "ada" {
  environment_id = aws_cloud9_environment_ec2.inside.id
  permissions    = "read-only"
  user_arn       = "arn:aws:iam::111122223333:user/ada"
}

resource "aws_cloud9_environment_ec2" "outside" {
  name          = "outside"
  instance_type = "t3.small"
  image_id      = "amazonlinux-2023-x86_64"
}
