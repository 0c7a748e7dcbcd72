resource "aws_cloudtrail" "other" {
  name                  = "account"
  s3_bucket_name        = "acme-trails"
  is_multi_region_trail = true
  advanced_event_selector {
    name = "objects"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
  }
}
