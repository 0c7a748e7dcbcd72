variable "rotate" {
  type = bool
}

resource "aws_secretsmanager_secret" "token" {
  name = "token"
}

resource "aws_secretsmanager_secret_rotation" "token" {
  count               = var.rotate ? 1 : 0
  secret_id           = aws_secretsmanager_secret.token.id
  rotation_lambda_arn = "arn:aws:lambda:eu-central-1:111122223333:function:rotate"
  rotation_rules {
    automatically_after_days = 30
  }
}
