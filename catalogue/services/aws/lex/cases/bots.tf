resource "aws_lexv2models_bot" "desk" {
  name                        = "desk"
  role_arn                    = "arn:aws:iam::111122223333:role/lex"
  idle_session_ttl_in_seconds = 60

  data_privacy {
    child_directed = false
  }
}

resource "aws_lexv2models_bot_locale" "en" {
  bot_id      = aws_lexv2models_bot.desk.id
  bot_version = "DRAFT"
  locale_id   = "en_US"
}

resource "aws_lex_bot" "old" {
  name           = "old"
  child_directed = false

  abort_statement {
    message {
      content      = "bye"
      content_type = "PlainText"
    }
  }
  intent {
    intent_name    = "order"
    intent_version = "1"
  }
}

resource "aws_lex_bot_alias" "logged" {
  bot_name    = "old"
  bot_version = "1"
  name        = "live"

  conversation_logs {
    iam_role_arn = "arn:aws:iam::111122223333:role/lex"
    log_settings {
      destination  = "S3"
      log_type     = "AUDIO"
      resource_arn = "arn:aws:s3:::talks"
      kms_key_arn  = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    }
  }
}

resource "aws_lex_bot_alias" "half" {
  bot_name    = "old"
  bot_version = "1"
  name        = "half"

  conversation_logs {
    iam_role_arn = "arn:aws:iam::111122223333:role/lex"
    log_settings {
      destination  = "S3"
      log_type     = "AUDIO"
      resource_arn = "arn:aws:s3:::talks"
    }
  }
}

resource "aws_lex_bot_alias" "plain" {
  bot_name    = "old"
  bot_version = "1"
  name        = "plain"
}
