resource "aws_db_parameter_group" "other_postgres" {
  name   = "postgres"
  family = "postgres14"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  engine_version              = "14.12"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  parameter_group_name        = aws_db_parameter_group.other_postgres.name
}

resource "aws_rds_cluster_parameter_group" "other_mysql" {
  name   = "mysql"
  family = "aurora-mysql8.0"
  parameter {
    name  = "require_secure_transport"
    value = "ON"
  }
}

resource "aws_rds_cluster" "shop" {
  cluster_identifier              = "shop"
  engine                          = "aurora-mysql"
  engine_version                  = "8.0.mysql_aurora.3.08.0"
  master_username                 = "shop"
  manage_master_user_password     = true
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.other_mysql.name
}

resource "aws_redshift_parameter_group" "other_redshift" {
  name   = "redshift"
  family = "redshift-1.0"
  parameter {
    name  = "require_ssl"
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
    name  = "tls"
    value = "enabled"
  }
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier              = "catalogue"
  db_cluster_parameter_group_name = aws_docdb_cluster_parameter_group.other_docdb.name
}
