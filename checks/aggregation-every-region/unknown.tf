variable "mode" {
  type = string
}

resource "aws_securityhub_finding_aggregator" "given" {
  linking_mode = var.mode
}
