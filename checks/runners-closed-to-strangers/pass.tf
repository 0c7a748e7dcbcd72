resource "github_actions_runner_group" "own" {
  name       = "own"
  visibility = "all"
}
