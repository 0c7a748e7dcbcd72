resource "aws_security_group" "share" {
  name   = "share"
  vpc_id = "vpc-0a1b2c3d4e5f60718"
  ingress {
    from_port   = 445
    to_port     = 445
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}
