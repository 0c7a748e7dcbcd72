resource "aws_db_instance" "orders" {
  engine              = "postgres"
  instance_class      = "db.r8g.large"
  skip_final_snapshot = true
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier  = "reports"
  node_type           = "ra3.large"
  skip_final_snapshot = true
}
