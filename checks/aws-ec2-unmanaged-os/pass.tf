resource "aws_ssm_association" "patch" {
  name = "AWS-RunPatchBaseline"
  targets {
    key    = "tag:Patch"
    values = ["weekly"]
  }
  schedule_expression = "rate(7 days)"
}

resource "aws_instance" "web" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  tags          = { Patch = "weekly" }
}

resource "aws_instance" "api" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  tags          = { Patch = "weekly", Service = "api" }
}
