variable "reviewers" {
  type = list(number)
}

resource "github_repository_environment" "production" {
  environment = "production"
  repository  = "shop"
  dynamic "reviewers" {
    for_each = var.reviewers
    content {
      users = [reviewers.value]
    }
  }
}
