resource "aws_kendra_index" "good" {
  name                = "good"
  role_arn            = "arn:aws:iam::111122223333:role/kendra"
  user_context_policy = "USER_TOKEN"

  server_side_encryption_configuration {
    kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_kendra_data_source" "good" {
  index_id = aws_kendra_index.good.id
  name     = "wiki"
  type     = "TEMPLATE"

  configuration {
    template_configuration {
      template = jsonencode({ type = "WEBCRAWLERV2" })
    }
  }
}

resource "aws_kendra_experience" "good" {
  index_id = aws_kendra_index.good.id
  name     = "search"
  role_arn = "arn:aws:iam::111122223333:role/kendra"
}

resource "aws_kendra_index" "plain" {
  name     = "plain"
  role_arn = "arn:aws:iam::111122223333:role/kendra"
}
