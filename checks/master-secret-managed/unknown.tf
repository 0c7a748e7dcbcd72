variable "managed" {
  type = bool
}

resource "aws_db_instance" "orders" {
  engine                      = "postgres"
  instance_class              = "db.r8g.large"
  username                    = "shop"
  manage_master_user_password = var.managed
}
