resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier     = "warehouse"
  node_type              = "ra3.large"
  master_username        = "loader"
  manage_master_password = true
}

resource "aws_elasticache_user" "web" {
  user_id       = "web"
  user_name     = "web"
  access_string = "on ~* +@read"
  engine        = "valkey"
  authentication_mode {
    type = "iam"
  }
}
