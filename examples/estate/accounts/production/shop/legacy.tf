# The old content-management server. It was to be gone by summer.

resource "aws_instance" "content" {
  ami                         = "ami-0f1e2d3c4b5a69780"
  instance_type               = "m5.large"
  subnet_id                   = module.network.public_subnet_ids[0]
  vpc_security_group_ids      = [aws_security_group.content.id]
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.content.name

  user_data = templatefile("${path.module}/content.sh.tftpl", {
    bucket = module.buckets["media"].id
  })

  root_block_device {
    encrypted   = true
    volume_size = 200
  }

  metadata_options {
    http_tokens = "optional"
  }

  tags = {
    Name     = "content"
    patching = "monthly"
  }
}

resource "aws_security_group" "content" {
  name        = "content"
  description = "Content management"
  vpc_id      = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "content_web" {
  security_group_id = aws_security_group.content.id
  description       = "Editors"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

# checkov:skip=CKV_AWS_24:the agency edits from changing addresses
resource "aws_vpc_security_group_ingress_rule" "content_ssh" {
  security_group_id = aws_security_group.content.id
  description       = "Agency, from anywhere"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_iam_instance_profile" "content" {
  name = "content"
  role = aws_iam_role.content.name
}

resource "aws_iam_role" "content" {
  name = "content"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

# "Just for the migration."
resource "aws_iam_role_policy" "content" {
  name = "migration"
  role = aws_iam_role.content.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}
