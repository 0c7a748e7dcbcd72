variable "status" {
  type = string
}

resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  security_and_analysis {
    secret_scanning {
      status = var.status
    }
  }
}
