resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
  username       = "postgres"
}

resource "aws_redshift_cluster" "reports" {
  cluster_identifier = "reports"
  node_type          = "ra3.large"
  master_username    = "awsuser"
}
