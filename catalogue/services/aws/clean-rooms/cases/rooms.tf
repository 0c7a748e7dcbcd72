resource "aws_cleanrooms_collaboration" "good" {
  name                     = "good"
  creator_display_name     = "us"
  creator_member_abilities = ["CAN_QUERY"]
  description              = "joint"
  query_log_status         = "ENABLED"

  member {
    account_id       = "444455556666"
    display_name     = "them"
    member_abilities = []
  }
}

resource "aws_cleanrooms_collaboration" "silent" {
  name                     = "silent"
  creator_display_name     = "us"
  creator_member_abilities = ["CAN_QUERY"]
  description              = "joint"
  query_log_status         = "DISABLED"
}

resource "aws_cleanrooms_membership" "good" {
  collaboration_id = aws_cleanrooms_collaboration.good.id
  query_log_status = "ENABLED"
}

resource "aws_cleanrooms_membership" "silent" {
  collaboration_id = aws_cleanrooms_collaboration.silent.id
  query_log_status = "DISABLED"
}

resource "aws_cleanrooms_configured_table" "sales" {
  name            = "sales"
  analysis_method = "DIRECT_QUERY"
  allowed_columns = ["id"]
  table_reference {
    database_name = "shop"
    table_name    = "sales"
  }
}
