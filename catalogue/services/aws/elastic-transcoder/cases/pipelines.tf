resource "aws_elastictranscoder_pipeline" "good" {
  name            = "good"
  input_bucket    = "in"
  output_bucket   = "out"
  role            = "arn:aws:iam::111122223333:role/transcode"
  aws_kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_elastictranscoder_pipeline" "public" {
  name         = "public"
  input_bucket = "in"
  role         = "arn:aws:iam::111122223333:role/transcode"

  content_config {
    bucket = "out"
  }
  content_config_permissions {
    grantee_type = "Group"
    grantee      = "AllUsers"
    access       = ["Read"]
  }
}
