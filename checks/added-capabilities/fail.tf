resource "aws_ecs_task_definition" "debugger" {
  family = "debugger"
  container_definitions = jsonencode([
    { name = "web", image = "web:1.4" },
    { name = "debugger", image = "debugger:2", linuxParameters = { capabilities = { add = ["SYS_PTRACE"] } } },
  ])
}

resource "aws_ecs_task_definition" "vpn" {
  family = "vpn"
  container_definitions = jsonencode([{
    name            = "vpn"
    image           = "vpn:2"
    linuxParameters = { capabilities = { add = ["CHOWN", "NET_ADMIN"] } }
  }])
}
