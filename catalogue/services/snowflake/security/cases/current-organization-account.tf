resource "snowflake_current_organization_account" "main" {
  network_policy = "OFFICE"
}
