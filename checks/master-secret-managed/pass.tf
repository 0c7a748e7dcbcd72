resource "aws_db_instance" "orders" {
  engine                      = "postgres"
  instance_class              = "db.r8g.large"
  username                    = "shop"
  manage_master_user_password = true
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier     = "reports"
  node_type              = "ra3.large"
  manage_master_password = true
}
