resource "google_clouddeploy_target" "prod" {
  name     = "prod"
  location = "europe-west1"
}

resource "google_cloudbuild_trigger" "shop" {
  name     = "shop"
  filename = "cloudbuild.yaml"
}
