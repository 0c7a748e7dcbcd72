variable "auto" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine                     = "postgres"
  instance_class             = "db.r8g.large"
  auto_minor_version_upgrade = var.auto
}
