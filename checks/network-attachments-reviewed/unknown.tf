variable "accept" {
  type = string
}

variable "review" {
  type = bool
}

resource "aws_ec2_transit_gateway" "hub" {
  auto_accept_shared_attachments = var.accept
}

resource "aws_vpc_endpoint_service" "api" {
  acceptance_required = var.review
}
