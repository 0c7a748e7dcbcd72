resource "github_repository_deploy_key" "release" {
  repository = "shop"
  title      = "release"
  key        = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleEx"
  read_only  = false
}
