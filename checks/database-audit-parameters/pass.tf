resource "aws_db_parameter_group" "other_postgres" {
  name   = "postgres"
  family = "postgres16"
  parameter {
    name  = "log_statement"
    value = "ddl"
  }
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  parameter_group_name        = aws_db_parameter_group.other_postgres.name
}

resource "aws_redshift_parameter_group" "other_redshift" {
  name   = "redshift"
  family = "redshift-1.0"
  parameter {
    name  = "enable_user_activity_logging"
    value = "true"
  }
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier           = "warehouse"
  node_type                    = "ra3.large"
  master_username              = "loader"
  manage_master_password       = true
  cluster_parameter_group_name = aws_redshift_parameter_group.other_redshift.name
}

resource "aws_docdb_cluster_parameter_group" "other_docdb" {
  name   = "docdb"
  family = "docdb5.0"
  parameter {
    name  = "audit_logs"
    value = "all"
  }
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier              = "catalogue"
  db_cluster_parameter_group_name = aws_docdb_cluster_parameter_group.other_docdb.name
}
