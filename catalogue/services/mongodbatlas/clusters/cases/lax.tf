resource "mongodbatlas_organization" "main" {
  name = "Rootstock"
}
