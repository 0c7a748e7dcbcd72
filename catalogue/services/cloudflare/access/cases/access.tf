resource "cloudflare_account" "main" {
  name = "Rootstock"
  settings = {
    enforce_twofactor = true
  }
}

resource "cloudflare_logpush_job" "audit" {
  account_id       = "023e105f4ecef8ad9ca31a8372d0c353"
  dataset          = "audit_logs"
  destination_conf = "s3://rootstock-logs/cloudflare"
  enabled          = true
}

resource "cloudflare_api_token" "good" {
  name       = "deploy"
  expires_on = "2027-03-01T00:00:00Z"
  condition = {
    request_ip = {
      in = ["203.0.113.0/24"]
    }
  }
}

resource "cloudflare_api_token" "bad" {
  name = "old"
}

resource "cloudflare_account_token" "good" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "deploy"
  expires_on = "2027-03-01T00:00:00Z"
  condition = {
    request_ip = {
      in = ["203.0.113.0/24"]
    }
  }
}

resource "cloudflare_account_token" "bad" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "old"
}

resource "cloudflare_account_member" "ada" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  email      = "ada@rootstock.example"
}

resource "cloudflare_zero_trust_access_application" "wiki" {
  account_id       = "023e105f4ecef8ad9ca31a8372d0c353"
  name             = "wiki"
  domain           = "wiki.rootstock.example"
  session_duration = "8h"
}

resource "cloudflare_zero_trust_access_application" "open" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "open"
  domain     = "open.rootstock.example"
  cors_headers = {
    allow_all_origins = true
  }
  scim_config = {
    idp_uid    = "ddf5e3c0"
    remote_uri = "https://scim.rootstock.example"
    authentication = {
      scheme   = "httpbasic"
      user     = "scim"
      password = "correct-horse-battery-9"
    }
  }
}

resource "cloudflare_zero_trust_access_policy" "staff" {
  account_id        = "023e105f4ecef8ad9ca31a8372d0c353"
  name              = "staff"
  decision          = "allow"
  approval_required = true
  include = [{
    email_domain = { domain = "rootstock.example" }
  }]
}

resource "cloudflare_zero_trust_access_policy" "anybody" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "anybody"
  decision   = "bypass"
  include    = [{ everyone = {} }]
}

resource "cloudflare_zero_trust_access_service_token" "ci" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "ci"
}

resource "cloudflare_zero_trust_access_identity_provider" "sso" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "sso"
  type       = "saml"
  config     = {}
}

resource "cloudflare_zero_trust_tunnel_cloudflared" "remote" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "office"
}

resource "cloudflare_zero_trust_tunnel_cloudflared" "local" {
  account_id    = "023e105f4ecef8ad9ca31a8372d0c353"
  name          = "plant"
  tunnel_secret = "s-${random_password.tunnel.result}"
}

resource "random_password" "tunnel" {
  length = 40
}
