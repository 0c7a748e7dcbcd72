resource "github_repository_deploy_key" "mirror" {
  repository = "shop"
  title      = "mirror"
  key        = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx"
}
