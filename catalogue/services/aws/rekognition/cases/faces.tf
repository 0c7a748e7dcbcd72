resource "aws_rekognition_collection" "faces" {
  collection_id = "faces"
}

resource "aws_rekognition_project" "labels" {
  name = "labels"
}

resource "aws_rekognition_stream_processor" "good" {
  name       = "good"
  role_arn   = "arn:aws:iam::111122223333:role/stream"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_rekognition_stream_processor" "plain" {
  name     = "plain"
  role_arn = "arn:aws:iam::111122223333:role/stream"
}
