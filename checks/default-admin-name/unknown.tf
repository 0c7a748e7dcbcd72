variable "user" {
  type = string
}

resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
  username       = var.user
}
