variable "password" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  instance_class    = "db.m6g.large"
  allocated_storage = 100
  username          = "orders"
  password          = var.password
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier = "warehouse"
  node_type          = "ra3.large"
  master_username    = "loader"
  master_password    = var.password
}

resource "aws_elasticache_user" "web" {
  user_id       = "web"
  user_name     = "web"
  access_string = "on ~* +@read"
  engine        = "valkey"
  passwords     = [var.password]
}
