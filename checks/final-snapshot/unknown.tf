variable "throwaway" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine              = "postgres"
  instance_class      = "db.r8g.large"
  skip_final_snapshot = var.throwaway
}
