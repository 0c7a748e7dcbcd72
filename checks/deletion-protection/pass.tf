resource "aws_db_instance" "orders" {
  engine              = "postgres"
  instance_class      = "db.r8g.large"
  deletion_protection = true
}

resource "aws_dynamodb_table" "carts" {
  name                        = "carts"
  hash_key                    = "id"
  deletion_protection_enabled = true
}

resource "aws_lb" "front" {
  name                       = "front"
  enable_deletion_protection = true
}
