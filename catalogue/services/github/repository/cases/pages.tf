resource "github_repository" "site" {
  name       = "site"
  visibility = "private"
}

resource "github_repository_vulnerability_alerts" "site" {
  repository = github_repository.site.name
}

resource "github_repository_pages" "secure" {
  repository     = github_repository.site.name
  build_type     = "workflow"
  cname          = "www.rootstock.example"
  https_enforced = true
}

resource "github_repository_pages" "plain" {
  repository     = "docs"
  build_type     = "workflow"
  cname          = "docs.rootstock.example"
  https_enforced = false
}
