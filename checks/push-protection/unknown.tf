variable "status" {
  type = string
}

resource "github_repository" "shop" {
  name       = "shop"
  visibility = "private"
  security_and_analysis {
    secret_scanning_push_protection {
      status = var.status
    }
  }
}
