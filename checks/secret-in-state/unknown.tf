variable "passwords" {
  type      = map(string)
  sensitive = true
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  instance_class    = "db.m6g.large"
  allocated_storage = 100
  username          = "orders"
  password          = lookup(var.passwords, "orders", null)
}

resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier = "warehouse"
  node_type          = "ra3.large"
  master_username    = "loader"
  master_password    = lookup(var.passwords, "warehouse", null)
}
