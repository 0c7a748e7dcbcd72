variable "make" {
  type = bool
}

resource "google_project" "shop" {
  name       = "shop"
  project_id = "acme-shop"
  auto_create_network = var.make
}
