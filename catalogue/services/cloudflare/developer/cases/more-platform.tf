resource "cloudflare_worker_script" "old" {
  account_id = "a1"
  name       = "old"
  content    = "addEventListener('fetch', () => {})"
  plain_text_binding {
    name = "GREETING"
    text = "hello"
  }
}

resource "cloudflare_workers_secret" "key" {
  account_id  = "a1"
  name        = "KEY"
  script_name = "old"
  secret_text = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_worker_secret" "key" {
  account_id  = "a1"
  name        = "KEY"
  script_name = "old"
  secret_text = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_worker" "logged" {
  account_id = "a1"
  name       = "logged"
  observability = {
    enabled = true
  }
}

resource "cloudflare_worker_version" "logged" {
  account_id = "a1"
  worker_id  = cloudflare_worker.logged.id
  bindings = [{
    type = "plain_text"
    name = "GREETING"
    text = "hello"
  }]
}

resource "cloudflare_worker" "silent" {
  account_id = "a1"
  name       = "silent"
}

resource "cloudflare_workflow" "main" {
  account_id    = "a1"
  workflow_name = "orders"
  class_name    = "Orders"
  script_name   = "orders"
}

resource "cloudflare_ai_gateway" "guarded" {
  account_id     = "a1"
  id             = "guarded"
  authentication = true
  collect_logs   = true
  guardrails = {
    prompt = {
      s1 = "BLOCK"
    }
  }
}

resource "cloudflare_ai_gateway" "open" {
  account_id   = "a1"
  id           = "open"
  collect_logs = false
}

resource "cloudflare_ai_search_instance" "docs" {
  account_id = "a1"
  id         = "docs"
}

resource "cloudflare_pipeline" "main" {
  account_id = "a1"
  name       = "events"
}

resource "cloudflare_pipeline_stream" "closed" {
  account_id = "a1"
  name       = "closed"
  http = {
    enabled        = true
    authentication = true
  }
}

resource "cloudflare_pipeline_stream" "open" {
  account_id = "a1"
  name       = "open"
  http = {
    enabled        = true
    authentication = false
  }
}

resource "cloudflare_pipeline_sink" "lake" {
  account_id = "a1"
  name       = "lake"
  type       = "r2"
}

resource "cloudflare_stream" "signed" {
  account_id          = "a1"
  require_signed_urls = true
}

resource "cloudflare_stream" "open" {
  account_id = "a1"
}

resource "cloudflare_stream_live_input" "signed" {
  account_id = "a1"
  recording = {
    mode                = "automatic"
    require_signed_urls = true
  }
}

resource "cloudflare_stream_live_input" "open" {
  account_id = "a1"
  recording = {
    mode = "automatic"
  }
}

resource "cloudflare_stream_key" "main" {
  account_id = "a1"
}

resource "cloudflare_secrets_store" "main" {
  account_id = "a1"
  name       = "main"
}

resource "cloudflare_secrets_store_secret" "api" {
  account_id = "a1"
  store_id   = cloudflare_secrets_store.main.id
  name       = "api"
  scopes     = ["workers"]
  value      = "Kestrel-Orchard-41-Lantern"
}

resource "cloudflare_secrets_store_secret" "by_hand" {
  account_id = "a1"
  store_id   = cloudflare_secrets_store.main.id
  name       = "by-hand"
  scopes     = ["workers"]
}

resource "cloudflare_r2_bucket" "site" {
  account_id = "a1"
  name       = "site"
}

resource "cloudflare_r2_custom_domain" "site" {
  account_id  = "a1"
  bucket_name = cloudflare_r2_bucket.site.name
  zone_id     = "z1"
  domain      = "files.rootstock.example"
  enabled     = true
  min_tls     = "1.2"
}

resource "cloudflare_workers_secret" "by_hand" {
  name = "by-hand"
}

resource "cloudflare_worker_secret" "by_hand" {
  name = "by-hand"
}
