# Nothing says: new buckets have ACLs off, older ones kept them.
resource "aws_s3_bucket" "data" {
  bucket = "acme-data"
}
