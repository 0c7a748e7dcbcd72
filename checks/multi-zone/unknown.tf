variable "standby" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
  multi_az       = var.standby
  tags           = { Environment = "production" }
}
