resource "cloudflare_r2_bucket" "private" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "ledger"
}

resource "cloudflare_r2_bucket_lock" "private" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  bucket_name = cloudflare_r2_bucket.private.name
  rules = [{
    id      = "year"
    enabled = true
    condition = {
      type            = "Age"
      max_age_seconds = 31536000
    }
  }]
}

resource "cloudflare_r2_bucket_lifecycle" "private" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  bucket_name = cloudflare_r2_bucket.private.name
  rules = [{
    id      = "old"
    enabled = true
  }]
}

resource "cloudflare_r2_bucket" "public" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "downloads"
}

resource "cloudflare_r2_managed_domain" "public" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  bucket_name = cloudflare_r2_bucket.public.name
  enabled     = true
}

resource "cloudflare_r2_bucket_lock" "public" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  bucket_name = cloudflare_r2_bucket.public.name
}

resource "cloudflare_r2_bucket_lifecycle" "public" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  bucket_name = cloudflare_r2_bucket.public.name
}

resource "cloudflare_r2_bucket" "shut" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "shut"
}

resource "cloudflare_r2_managed_domain" "shut" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  bucket_name = cloudflare_r2_bucket.shut.name
  enabled     = false
}

resource "cloudflare_workers_script" "logged" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  script_name = "shop"
  bindings = [{
    name = "REGION"
    type = "plain_text"
    text = "eu"
  }]
  observability = {
    enabled = true
  }
}

resource "cloudflare_workers_script" "quiet" {
  account_id  = "023e105f4ecef8ad9ca31a8372d0c353"
  script_name = "quiet"
}

resource "cloudflare_pages_project" "site" {
  account_id        = "023e105f4ecef8ad9ca31a8372d0c353"
  name              = "site"
  production_branch = "main"
}

resource "cloudflare_workers_kv_namespace" "sessions" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  title      = "sessions"
}

resource "cloudflare_d1_database" "shop" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "shop"
}

resource "cloudflare_queue" "orders" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  queue_name = "orders"
}

resource "random_password" "db" {
  length = 40
}

resource "cloudflare_hyperdrive_config" "written" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "shop"
  origin = {
    database = "shop"
    host     = "db.rootstock.example"
    user     = "app"
    scheme   = "postgres"
    password = "s-${random_password.db.result}"
  }
  mtls = {
    sslmode = "verify-full"
  }
}

resource "cloudflare_hyperdrive_config" "unwritten" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "shop"
  origin = {
    database = "shop"
    host     = "db.rootstock.example"
    user     = "app"
    scheme   = "postgres"
  }
}

resource "cloudflare_hyperdrive_config" "loose" {
  account_id = "023e105f4ecef8ad9ca31a8372d0c353"
  name       = "loose"
  origin = {
    database = "shop"
    host     = "db.rootstock.example"
    user     = "app"
    scheme   = "postgres"
  }
  mtls = {
    sslmode = "prefer"
  }
}
