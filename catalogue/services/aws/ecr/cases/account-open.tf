resource "aws_ecr_registry_scanning_configuration" "none" {
  scan_type = "BASIC"
}
