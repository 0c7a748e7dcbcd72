resource "aws_media_store_container" "live" {
  name = "live"
}

resource "aws_media_store_container_policy" "live" {
  container_name = aws_media_store_container.live.name
  policy         = "{\"Statement\":[],\"Version\":\"2012-10-17\"}"
}

resource "aws_media_package_channel" "live" {
  channel_id = "live"
}

resource "aws_media_packagev2_channel_group" "live" {
  name = "live"
}

resource "aws_media_convert_queue" "batch" {
  name = "batch"
}

resource "aws_medialive_input_security_group" "world" {
  whitelist_rules {
    cidr = "0.0.0.0/0"
  }
}

resource "aws_medialive_input" "push" {
  name                  = "push"
  type                  = "RTMP_PUSH"
  input_security_groups = [aws_medialive_input_security_group.world.id]
}

resource "aws_medialive_input" "inside" {
  name = "inside"
  type = "RTP_PUSH"

  vpc {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
}

resource "aws_medialive_channel" "good" {
  name          = "good"
  channel_class = "STANDARD"
  role_arn      = "arn:aws:iam::111122223333:role/live"
  log_level     = "WARNING"

  vpc {
    subnet_ids         = ["subnet-1", "subnet-2"]
    public_address_allocation_ids = ["eipalloc-1"]
  }
}

resource "aws_medialive_channel" "plain" {
  name          = "plain"
  channel_class = "SINGLE_PIPELINE"
}

resource "aws_medialive_multiplex" "two" {
  name               = "two"
  availability_zones = ["eu-west-1a", "eu-west-1b"]
}

resource "aws_medialive_multiplex" "one" {
  name               = "one"
  availability_zones = ["eu-west-1a"]
}
