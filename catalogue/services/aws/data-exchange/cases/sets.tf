resource "aws_dataexchange_data_set" "prices" {
  name        = "prices"
  asset_type  = "S3_SNAPSHOT"
  description = "prices"
}

resource "aws_dataexchange_revision" "prices" {
  data_set_id = aws_dataexchange_data_set.prices.id
}

resource "aws_dataexchange_revision_assets" "prices" {
  data_set_id = aws_dataexchange_data_set.prices.id
}

resource "aws_dataexchange_event_action" "good" {
  action {
    export_revision_to_s3 {
      encryption {
        type        = "aws:kms"
        kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
      }
      revision_destination {
        bucket = "prices"
      }
    }
  }
}

resource "aws_dataexchange_event_action" "plain" {
  action {
    export_revision_to_s3 {
      revision_destination {
        bucket = "prices"
      }
    }
  }
}
