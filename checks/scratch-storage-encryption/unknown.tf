variable "keys" {
  type = map(string)
}

resource "aws_comprehend_document_classifier" "mail" {
  name                 = "mail"
  data_access_role_arn = "arn:aws:iam::111122223333:role/comprehend"
  language_code        = "en"
  volume_kms_key_id    = lookup(var.keys, "mail", null)
  input_data_config {
    s3_uri = "s3://acme-training/mail"
  }
  output_data_config {
    s3_uri = "s3://acme-training/out"
  }
}

resource "aws_comprehend_entity_recognizer" "names" {
  name                 = "names"
  data_access_role_arn = "arn:aws:iam::111122223333:role/comprehend"
  language_code        = "en"
  volume_kms_key_id    = lookup(var.keys, "names", null)
  input_data_config {
    entity_types {
      type = "CUSTOMER"
    }
    documents {
      s3_uri = "s3://acme-training/names"
    }
    entity_list {
      s3_uri = "s3://acme-training/list"
    }
  }
}
