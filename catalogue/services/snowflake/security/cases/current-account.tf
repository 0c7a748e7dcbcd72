resource "snowflake_current_account" "main" {
  network_policy = "OFFICE"
}

resource "snowflake_account_parameter" "unload" {
  key   = "PREVENT_UNLOAD_TO_INLINE_URL"
  value = "false"
}
