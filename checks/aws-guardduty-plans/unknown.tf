variable "clusters" {
  type = bool
}

resource "aws_guardduty_detector" "given" {
  datasources {
    kubernetes {
      audit_logs {
        enable = var.clusters
      }
    }
  }
}
