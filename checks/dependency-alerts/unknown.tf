variable "wanted" {
  type = bool
}

resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  vulnerability_alerts = var.wanted
}
