# A second, regional trail does no harm.
resource "aws_cloudtrail" "other_account" {
  name                  = "account"
  s3_bucket_name        = "acme-trails"
  is_multi_region_trail = true
  event_selector {
    read_write_type           = "All"
    include_management_events = true
  }
}

resource "aws_cloudtrail" "other_regional" {
  name           = "orders"
  s3_bucket_name = "acme-orders-trail"
}
