variable "replication" {
  type = string
}

resource "aws_s3_bucket" "documents" {
  bucket = "acme-documents"
  tags = {
    environment = "production"
  }
}

resource "aws_s3_bucket_replication_configuration" "documents" {
  bucket = aws_s3_bucket.documents.id
  role   = "arn:aws:iam::111122223333:role/replication"
  rule {
    id     = "all"
    status = var.replication
    destination {
      bucket = "arn:aws:s3:::acme-documents-copy"
    }
  }
}
