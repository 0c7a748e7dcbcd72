resource "aws_ivs_channel" "private" {
  name       = "private"
  authorized = true
}

resource "aws_ivs_channel" "public" {
  name = "public"
}

resource "aws_ivs_recording_configuration" "kept" {
  destination_configuration {
    s3 {
      bucket_name = "recordings"
    }
  }
}

resource "aws_ivschat_room" "logged" {
  name                              = "logged"
  logging_configuration_identifiers = ["arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/1"]
}

resource "aws_ivschat_room" "silent" {
  name = "silent"
}
