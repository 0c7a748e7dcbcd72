resource "aws_devopsguru_service_integration" "good" {
  kms_server_side_encryption {
    opt_in_status = "ENABLED"
    type          = "CUSTOMER_MANAGED_KEY"
    kms_key_id    = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
  logs_anomaly_detection {
    opt_in_status = "ENABLED"
  }
}

resource "aws_devopsguru_service_integration" "plain" {
}

resource "aws_devopsguru_notification_channel" "oncall" {
  sns {
    topic_arn = "arn:aws:sns:eu-west-1:111122223333:oncall"
  }
}

resource "aws_devopsguru_notification_channel" "none" {
}
