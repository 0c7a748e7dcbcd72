resource "gitlab_group" "main" {
  name = "rootstock"
  path = "rootstock"
}
