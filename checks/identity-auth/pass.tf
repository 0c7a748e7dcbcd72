resource "aws_db_instance" "orders" {
  engine                              = "postgres"
  instance_class                      = "db.r8g.large"
  iam_database_authentication_enabled = true
}

resource "aws_neptune_cluster" "graph" {
  engine                              = "neptune"
  iam_database_authentication_enabled = true
}
