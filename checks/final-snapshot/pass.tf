resource "aws_db_instance" "orders" {
  engine                    = "postgres"
  instance_class            = "db.r8g.large"
  skip_final_snapshot       = false
  final_snapshot_identifier = "orders-last"
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier        = "reports"
  node_type                 = "ra3.large"
  skip_final_snapshot       = false
  final_snapshot_identifier = "reports-last"
}
