resource "cloudflare_account" "main" {
  name = "Rootstock"
}

resource "cloudflare_logpush_job" "audit" {
  account_id       = "023e105f4ecef8ad9ca31a8372d0c353"
  dataset          = "audit_logs"
  destination_conf = "s3://rootstock-logs/cloudflare"
  enabled          = false
}
