resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  copy_tags_to_snapshot       = true
}

resource "aws_neptune_cluster" "graph" {
  cluster_identifier    = "graph"
  copy_tags_to_snapshot = true
}

resource "aws_dlm_lifecycle_policy" "volumes" {
  description        = "daily snapshots"
  execution_role_arn = "arn:aws:iam::111122223333:role/dlm"
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { backup = "daily" }
    schedule {
      name      = "daily"
      copy_tags = true
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 14
      }
    }
  }
}
