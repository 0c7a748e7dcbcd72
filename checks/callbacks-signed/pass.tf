resource "random_password" "hook" {
  length = 40
}

resource "github_repository_webhook" "build" {
  repository = "shop"
  events     = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/code"
    secret = "s-${random_password.hook.result}"
  }
}

resource "github_organization_webhook" "all" {
  events     = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/code"
    secret = "s-${random_password.hook.result}"
  }
}
