resource "aws_ecr_repository" "web" {
  name = "web"
}
