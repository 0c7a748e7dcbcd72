resource "aws_securitylake_data_lake" "good" {
  meta_store_manager_role_arn = "arn:aws:iam::111122223333:role/lake"

  configuration {
    region = "eu-west-1"
    encryption_configuration {
      kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    }
    lifecycle_configuration {
      expiration {
        days = 365
      }
    }
    replication_configuration {
      regions  = ["eu-central-1"]
      role_arn = "arn:aws:iam::111122223333:role/lake"
    }
  }
}

resource "aws_securitylake_data_lake" "plain" {
  meta_store_manager_role_arn = "arn:aws:iam::111122223333:role/lake"

  configuration {
    region = "eu-west-1"
    encryption_configuration {
      kms_key_id = "S3_MANAGED_KEY"
    }
  }
}

resource "aws_securitylake_subscriber" "siem" {
  subscriber_name = "siem"
  subscriber_identity {
    external_id = "demo"
    principal   = "444455556666"
  }
}

resource "aws_securitylake_subscriber_notification" "siem" {
  subscriber_id = "siem"
  configuration {
    https_notification_configuration {
      endpoint        = "https://siem.example.com"
      target_role_arn = "arn:aws:iam::111122223333:role/lake"
    }
  }
}
