variable "iam" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine                              = "postgres"
  instance_class                      = "db.r8g.large"
  iam_database_authentication_enabled = var.iam
}
