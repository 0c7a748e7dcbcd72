resource "aws_ram_resource_share" "subnets" {
  name = "subnets"
}

resource "aws_ram_resource_association" "subnets" {
  resource_share_arn = aws_ram_resource_share.subnets.arn
  resource_arn       = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"
}

resource "aws_ram_principal_association" "account" {
  resource_share_arn = aws_ram_resource_share.subnets.arn
  principal          = "444455556666"
}

resource "aws_ram_principal_association" "unit" {
  resource_share_arn = aws_ram_resource_share.subnets.arn
  principal          = "arn:aws:organizations::111122223333:ou/o-1/ou-1"
}
