resource "aws_ssm_association" "patch" {
  name = "AWS-RunPatchBaseline"
  targets {
    key    = "tag:Patch"
    values = ["weekly"]
  }
  schedule_expression = "rate(7 days)"
}

# Forgotten.
resource "aws_instance" "bastion" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  tags          = { Service = "bastion" }
}

resource "aws_instance" "monthly" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  tags          = { Patch = "monthly" }
}
