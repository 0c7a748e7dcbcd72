resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
}

resource "aws_dynamodb_table" "carts" {
  name     = "carts"
  hash_key = "id"
}

resource "aws_lb" "front" {
  name                       = "front"
  enable_deletion_protection = false
}
