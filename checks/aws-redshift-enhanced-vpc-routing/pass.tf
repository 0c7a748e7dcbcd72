resource "aws_redshift_cluster" "sales" {
  cluster_identifier   = "sales"
  node_type            = "ra3.xlplus"
  enhanced_vpc_routing = true
}

resource "aws_redshiftserverless_workgroup" "sales" {
  namespace_name       = "sales"
  workgroup_name       = "sales"
  enhanced_vpc_routing = true
}
