resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
}

resource "aws_neptune_cluster" "graph" {
  engine = "neptune"
}
