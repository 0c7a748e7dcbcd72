variable "skip" {
  type = bool
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  skip_final_snapshot         = var.skip
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier  = "catalogue"
  skip_final_snapshot = var.skip
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier     = "warehouse"
  node_type              = "ra3.large"
  master_username        = "loader"
  manage_master_password = true
  skip_final_snapshot    = var.skip
}
