variable "hook_secret" {
  type      = string
  sensitive = true
}

resource "github_repository_webhook" "build" {
  repository = "shop"
  events     = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/code"
    secret = var.hook_secret
  }
}
