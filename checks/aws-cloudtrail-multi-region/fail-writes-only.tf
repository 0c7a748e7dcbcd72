resource "aws_cloudtrail" "other" {
  name                  = "writes-only"
  s3_bucket_name        = "acme-trails"
  is_multi_region_trail = true
  event_selector {
    read_write_type           = "WriteOnly"
    include_management_events = true
  }
}
