resource "aws_comprehend_document_classifier" "good" {
  name                 = "good"
  data_access_role_arn = "arn:aws:iam::111122223333:role/comprehend"
  language_code        = "en"
  model_kms_key_id     = "1234"
  volume_kms_key_id    = "1234"

  input_data_config {
    s3_uri = "s3://docs"
  }
  output_data_config {
    s3_uri     = "s3://results"
    kms_key_id = "1234"
  }
  vpc_config {
    subnets            = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_comprehend_document_classifier" "plain" {
  name                 = "plain"
  data_access_role_arn = "arn:aws:iam::111122223333:role/comprehend"
  language_code        = "en"

  input_data_config {
    s3_uri = "s3://docs"
  }
}

resource "aws_comprehend_entity_recognizer" "good" {
  name                 = "good"
  data_access_role_arn = "arn:aws:iam::111122223333:role/comprehend"
  language_code        = "en"
  model_kms_key_id     = "1234"
  volume_kms_key_id    = "1234"

  input_data_config {
    entity_types {
      type = "PERSON"
    }
  }
  vpc_config {
    subnets            = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_comprehend_entity_recognizer" "plain" {
  name                 = "plain"
  data_access_role_arn = "arn:aws:iam::111122223333:role/comprehend"
  language_code        = "en"

  input_data_config {
    entity_types {
      type = "PERSON"
    }
  }
}
