variable "routing" {
  type = bool
}

resource "aws_redshift_cluster" "sales" {
  cluster_identifier   = "sales"
  node_type            = "ra3.xlplus"
  enhanced_vpc_routing = var.routing
}
