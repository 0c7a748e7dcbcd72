resource "mongodbatlas_organization" "main" {
  name = "Rootstock"
}

resource "mongodbatlas_federated_settings_org_config" "lax" {
  federation_settings_id     = "627a9687f7f7f7f774de306f"
  org_id                     = "5f0000000000000000000000"
  domain_restriction_enabled = false
}
