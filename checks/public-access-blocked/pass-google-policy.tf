resource "google_storage_bucket" "data" {
  name     = "acme-data"
  location = "EU"
}

resource "google_project_organization_policy" "public" {
  constraint = "constraints/storage.publicAccessPrevention"
  boolean_policy {
    enforced = true
  }
}
