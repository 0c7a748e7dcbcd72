variable "frequency" {
  type = string
}

resource "aws_ecr_registry_scanning_configuration" "this" {
  scan_type = "ENHANCED"
  rule {
    scan_frequency = var.frequency
    repository_filter {
      filter      = "*"
      filter_type = "WILDCARD"
    }
  }
}
