resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  final_snapshot_identifier   = "orders-last"
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier        = "catalogue"
  skip_final_snapshot       = false
  final_snapshot_identifier = "catalogue-last"
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier        = "warehouse"
  node_type                 = "ra3.large"
  master_username           = "loader"
  manage_master_password    = true
  final_snapshot_identifier = "warehouse-last"
}
