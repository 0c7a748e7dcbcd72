output "vpc_id" {
  value = aws_vpc.this.id
}

output "cidr" {
  value = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  value = [for z in var.zones : aws_subnet.public[z].id]
}

output "private_subnet_ids" {
  value = [for z in var.zones : aws_subnet.private[z].id]
}

output "private_route_table_id" {
  value = aws_route_table.private.id
}
