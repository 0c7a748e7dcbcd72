resource "aws_secretsmanager_secret" "good" {
  name       = "db/master"
  kms_key_id = aws_kms_key.secrets.arn

  replica {
    region = "eu-central-1"
  }
}

resource "aws_kms_key" "secrets" {
}

resource "aws_secretsmanager_secret_policy" "good" {
  secret_arn          = aws_secretsmanager_secret.good.arn
  block_public_policy = true
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "*", Principal = { AWS = "111122223333" } }]
  })
}

resource "aws_secretsmanager_secret_rotation" "good" {
  secret_id           = aws_secretsmanager_secret.good.id
  rotation_lambda_arn = "arn:aws:lambda:eu-west-1:111122223333:function:rotate"

  rotation_rules {
    automatically_after_days = 30
  }
}

resource "aws_secretsmanager_secret_version" "good" {
  secret_id                = aws_secretsmanager_secret.good.id
  secret_string_wo         = var.password
  secret_string_wo_version = 1
}

variable "password" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_secretsmanager_secret" "plain" {
  name                    = "api/token"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_policy" "plain" {
  secret_arn = aws_secretsmanager_secret.plain.arn
  policy     = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_secretsmanager_secret_version" "plain" {
  secret_id     = aws_secretsmanager_secret.plain.id
  secret_string = var.password
}

resource "aws_secretsmanager_secret" "managed" {
  name = "rds!cluster-1"
}

resource "aws_secretsmanager_secret_rotation" "managed" {
  secret_id = aws_secretsmanager_secret.managed.id

  rotation_rules {
    schedule_expression = "rate(7 days)"
  }
}

resource "aws_db_instance" "keeps" {
  identifier                  = "keeps"
  engine                      = "postgres"
  instance_class              = "db.t4g.small"
  username                    = "owner"
  manage_master_user_password = true
}

resource "aws_secretsmanager_secret_rotation" "instance" {
  secret_id = aws_db_instance.keeps.master_user_secret[0].secret_arn

  rotation_rules {
    automatically_after_days = 60
  }
}

resource "aws_rds_cluster" "keeps" {
  cluster_identifier          = "keeps"
  engine                      = "aurora-postgresql"
  master_username             = "owner"
  manage_master_user_password = true
}

resource "aws_secretsmanager_secret_rotation" "cluster" {
  secret_id = one(aws_rds_cluster.keeps.master_user_secret[*].secret_arn)

  rotation_rules {
    schedule_expression = "cron(0 16 1 * ? *)"
  }
}
