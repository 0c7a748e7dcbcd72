resource "aws_gamelift_build" "game" {
  name             = "game"
  operating_system = "AMAZON_LINUX_2023"

  storage_location {
    bucket   = "builds"
    key      = "game.zip"
    role_arn = "arn:aws:iam::111122223333:role/builds"
  }
}

resource "aws_gamelift_fleet" "good" {
  name              = "good"
  build_id          = aws_gamelift_build.game.id
  ec2_instance_type = "c5.large"
  instance_role_arn = "arn:aws:iam::111122223333:role/game"

  certificate_configuration {
    certificate_type = "GENERATED"
  }
  ec2_inbound_permission {
    from_port = 7777
    to_port   = 7777
    ip_range  = "0.0.0.0/0"
    protocol  = "UDP"
  }
}

resource "aws_gamelift_fleet" "plain" {
  name              = "plain"
  ec2_instance_type = "c5.large"
}

resource "aws_gamelift_game_server_group" "own" {
  game_server_group_name = "own"
  role_arn               = "arn:aws:iam::111122223333:role/groups"
  max_size               = 1
  min_size               = 1

  instance_definition {
    instance_type = "c5.large"
  }
  instance_definition {
    instance_type = "c5a.large"
  }
  launch_template {
    id = "lt-1"
  }
}
