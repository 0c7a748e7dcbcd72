resource "github_actions_runner_group" "own" {
  name       = "own"
  visibility = "all"
  allows_public_repositories = true
}
