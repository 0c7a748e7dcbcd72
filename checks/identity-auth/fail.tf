resource "aws_db_instance" "orders" {
  engine         = "postgres"
  instance_class = "db.r8g.large"
}

resource "aws_rds_cluster" "ledger" {
  engine         = "aurora-postgresql"
  engine_version = "17.5"
}
