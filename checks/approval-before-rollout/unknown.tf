variable "approve" {
  type = bool
}

resource "google_clouddeploy_target" "prod" {
  name     = "prod"
  location = "europe-west1"
  require_approval = var.approve
}

resource "google_cloudbuild_trigger" "shop" {
  name     = "shop"
  filename = "cloudbuild.yaml"
  approval_config {
    approval_required = var.approve
  }
}
