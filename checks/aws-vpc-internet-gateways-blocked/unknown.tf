variable "mode" {
  type = string
}

resource "aws_vpc_block_public_access_options" "given" {
  internet_gateway_block_mode = var.mode
}
