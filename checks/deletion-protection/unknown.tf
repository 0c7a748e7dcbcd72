variable "protect" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine              = "postgres"
  instance_class      = "db.r8g.large"
  deletion_protection = var.protect
}

resource "aws_docdb_cluster" "catalogue" {
  engine              = "docdb"
  deletion_protection = var.protect
}
