resource "github_repository_webhook" "build" {
  repository = "shop"
  events     = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/code"
  }
}

resource "github_organization_webhook" "all" {
  events     = ["push"]
  configuration {
    url    = "https://hooks.rootstock.example/code"
  }
}
