resource "aws_kinesis_video_stream" "good" {
  name       = "door"
  kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_kinesis_video_stream" "bare" {
  name = "yard"
}
