resource "aws_transcribe_language_model" "support" {
  model_name      = "support"
  base_model_name = "NarrowBand"
  language_code   = "en-US"

  input_data_config {
    data_access_role_arn = "arn:aws:iam::111122223333:role/transcribe"
    s3_uri               = "s3://calls"
  }
}
