variable "secret" {
  type      = string
  sensitive = true
}

resource "aws_pinpoint_app" "shop" {
  name = "shop"
}

resource "aws_pinpoint_adm_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  client_id      = "id"
  client_secret  = var.secret
}

resource "aws_pinpoint_apns_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  private_key    = var.secret
}

resource "aws_pinpoint_apns_sandbox_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  private_key    = var.secret
}

resource "aws_pinpoint_apns_voip_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  private_key    = var.secret
}

resource "aws_pinpoint_apns_voip_sandbox_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  private_key    = var.secret
}

resource "aws_pinpoint_baidu_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  api_key        = var.secret
  secret_key     = var.secret
}

resource "aws_pinpoint_gcm_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  api_key        = var.secret
}

resource "aws_pinpoint_email_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
  from_address   = "shop@example.com"
  identity       = "arn:aws:ses:eu-west-1:111122223333:identity/example.com"
}

resource "aws_pinpoint_sms_channel" "shop" {
  application_id = aws_pinpoint_app.shop.application_id
}

resource "aws_pinpoint_event_stream" "shop" {
  application_id         = aws_pinpoint_app.shop.application_id
  destination_stream_arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/events"
  role_arn               = "arn:aws:iam::111122223333:role/events"
}

resource "aws_pinpointsmsvoicev2_phone_number" "kept" {
  iso_country_code            = "GB"
  message_type                = "TRANSACTIONAL"
  number_type                 = "LONG_CODE"
  number_capabilities         = ["SMS"]
  deletion_protection_enabled = true
}

resource "aws_pinpointsmsvoicev2_phone_number" "loose" {
  iso_country_code    = "GB"
  message_type        = "TRANSACTIONAL"
  number_type         = "LONG_CODE"
  number_capabilities = ["SMS"]
}
