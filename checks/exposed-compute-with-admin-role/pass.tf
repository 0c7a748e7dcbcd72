resource "aws_security_group" "other" {
  name   = "web"
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_iam_role" "other_reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com", "lambda.amazonaws.com"] } }]
  })
  inline_policy {
    name = "read"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::site/*" }]
    })
  }
}

resource "aws_iam_role" "other_admin" {
  name                = "admin"
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_instance_profile" "other_reader" {
  name = "reader"
  role = aws_iam_role.other_reader.name
}

resource "aws_iam_instance_profile" "other_admin" {
  name = "admin"
  role = aws_iam_role.other_admin.name
}

# Published, with a small role.
resource "aws_instance" "web" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.other.id]
  iam_instance_profile        = aws_iam_instance_profile.other_reader.name
}

# An administrator, not published.
resource "aws_instance" "runner" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.other.id]
  iam_instance_profile        = aws_iam_instance_profile.other_admin.name
}

resource "aws_lambda_function" "hook" {
  function_name = "hook"
  role          = aws_iam_role.other_reader.arn
  runtime       = "python3.13"
  handler       = "hook.main"
  filename      = "hook.zip"
}

resource "aws_lambda_function_url" "hook" {
  function_name      = aws_lambda_function.hook.function_name
  authorization_type = "NONE"
}
