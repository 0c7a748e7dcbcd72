resource "aws_finspace_kx_environment" "good" {
  name       = "good"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_finspace_kx_environment" "provider_key" {
  name       = "provider"
  kms_key_id = "alias/aws/finspace"
}

resource "aws_finspace_kx_database" "ticks" {
  environment_id = aws_finspace_kx_environment.good.id
  name           = "ticks"
}

resource "aws_finspace_kx_user" "ada" {
  environment_id = aws_finspace_kx_environment.good.id
  name           = "ada"
  iam_role       = "arn:aws:iam::111122223333:role/ada"
}

resource "aws_finspace_kx_cluster" "multi" {
  environment_id = aws_finspace_kx_environment.good.id
  name           = "multi"
  type           = "HDB"
  az_mode        = "MULTI"
  release_label  = "1.0"

  vpc_configuration {
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-1", "subnet-2"]
    security_group_ids = ["sg-1"]
    ip_address_type    = "IP_V4"
  }
}

resource "aws_finspace_kx_cluster" "single" {
  environment_id = aws_finspace_kx_environment.good.id
  name           = "single"
  type           = "HDB"
  az_mode        = "SINGLE"
  release_label  = "1.0"

  vpc_configuration {
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
    ip_address_type    = "IP_V4"
  }
}
