resource "aws_s3_account_public_access_block" "account" {
  block_public_acls   = true
  block_public_policy = true
}

resource "aws_s3_directory_bucket" "zone" {
  bucket = "acme--euc1-az1--x-s3"
  location {
    name = "euc1-az1"
  }
}

resource "aws_s3control_bucket" "outpost" {
  bucket     = "acme-outpost"
  outpost_id = "op-01234567890abcdef"
}

resource "aws_s3control_bucket_policy" "outpost" {
  bucket = aws_s3control_bucket.outpost.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "s3-outposts:*", Resource = "*" }]
  })
}

resource "aws_s3control_bucket_lifecycle_configuration" "outpost" {
  bucket = aws_s3control_bucket.outpost.arn
  rule {
    id = "old"
    expiration {
      days = 365
    }
  }
}

resource "aws_s3control_bucket_lifecycle_configuration" "paused" {
  bucket = "arn:aws:s3-outposts:eu-central-1:111122223333:outpost/op-1/bucket/paused"
  rule {
    id     = "old"
    status = "Disabled"
  }
}

resource "aws_s3outposts_endpoint" "outpost" {
  outpost_id        = "op-01234567890abcdef"
  security_group_id = "sg-1"
  subnet_id         = "subnet-1"
}

resource "aws_s3_access_point" "vpc" {
  name   = "inside"
  bucket = "acme-records"
  vpc_configuration {
    vpc_id = "vpc-1"
  }
}

resource "aws_s3control_access_point_policy" "vpc" {
  access_point_arn = aws_s3_access_point.vpc.arn
  policy           = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }] })
}

resource "aws_s3_access_point" "open" {
  name   = "outside"
  bucket = "acme-records"
  public_access_block_configuration {
    block_public_acls       = false
    ignore_public_acls      = false
    block_public_policy     = false
    restrict_public_buckets = false
  }
}

resource "aws_s3control_multi_region_access_point" "world" {
  details {
    name = "world"
    region {
      bucket = "acme-records"
    }
    public_access_block {
      block_public_acls       = false
      ignore_public_acls      = false
      block_public_policy     = false
      restrict_public_buckets = false
    }
  }
}

resource "aws_s3control_multi_region_access_point" "blocked" {
  details {
    name = "blocked"
    region {
      bucket = "acme-records"
    }
  }
}

resource "aws_s3control_multi_region_access_point_policy" "world" {
  details {
    name   = "world"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "s3:GetObject", Resource = "*" }] })
  }
}

resource "aws_s3control_object_lambda_access_point" "redact" {
  name = "redact"
  configuration {
    supporting_access_point     = aws_s3_access_point.vpc.arn
    cloud_watch_metrics_enabled = true
    transformation_configuration {
      actions = ["GetObject"]
      content_transformation {
        aws_lambda {
          function_arn = "arn:aws:lambda:eu-central-1:111122223333:function:redact"
        }
      }
    }
  }
}

resource "aws_s3control_object_lambda_access_point_policy" "redact" {
  name   = aws_s3control_object_lambda_access_point.redact.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "s3-object-lambda:GetObject", Resource = "*" }] })
}

resource "aws_s3control_object_lambda_access_point" "quiet" {
  name = "quiet"
  configuration {
    supporting_access_point = aws_s3_access_point.vpc.arn
    transformation_configuration {
      actions = ["GetObject"]
      content_transformation {
        aws_lambda {
          function_arn = "arn:aws:lambda:eu-central-1:111122223333:function:quiet"
        }
      }
    }
  }
}

resource "aws_s3control_access_grants_instance" "people" {
  identity_center_arn = "arn:aws:sso:::instance/ssoins-1"
}

resource "aws_s3control_access_grants_instance" "roles" {}

resource "aws_s3control_access_grants_instance_resource_policy" "people" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "s3:ListAccessGrants", Resource = "*" }] })
}

resource "aws_s3tables_table_bucket" "lake" {
  name = "lake"
  encryption_configuration = {
    sse_algorithm = "aws:kms"
    kms_key_arn   = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
}

resource "aws_s3tables_table_bucket_policy" "lake" {
  table_bucket_arn = aws_s3tables_table_bucket.lake.arn
  resource_policy  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "s3tables:GetTable", Resource = "*" }] })
}

resource "aws_s3tables_table_bucket_replication" "lake" {
  table_bucket_arn = aws_s3tables_table_bucket.lake.arn
  role             = "arn:aws:iam::111122223333:role/replicate"
  rule {
    destination {
      destination_table_bucket_arn = "arn:aws:s3tables:eu-west-1:111122223333:bucket/copy"
    }
  }
}

resource "aws_s3tables_table_bucket" "plain" {
  name = "plain"
}

resource "aws_s3tables_table" "orders" {
  name             = "orders"
  namespace        = "shop"
  format           = "ICEBERG"
  table_bucket_arn = aws_s3tables_table_bucket.lake.arn
}

resource "aws_s3tables_table_policy" "orders" {
  name             = aws_s3tables_table.orders.name
  namespace        = "shop"
  table_bucket_arn = aws_s3tables_table_bucket.lake.arn
  resource_policy  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "s3tables:GetTableData", Resource = "*" }] })
}

resource "aws_s3tables_table" "people" {
  name             = "people"
  namespace        = "shop"
  format           = "ICEBERG"
  table_bucket_arn = aws_s3tables_table_bucket.lake.arn
  encryption_configuration = {
    sse_algorithm = "aws:kms"
    kms_key_arn   = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
}

resource "aws_s3tables_table_replication" "people" {
  table_arn = aws_s3tables_table.people.arn
  role      = "arn:aws:iam::111122223333:role/replicate"
  rule {
    destination {
      destination_table_bucket_arn = "arn:aws:s3tables:eu-west-1:111122223333:bucket/copy"
    }
  }
}

resource "aws_s3vectors_vector_bucket" "plain" {
  vector_bucket_name = "vectors"
}

resource "aws_s3vectors_vector_bucket_policy" "plain" {
  vector_bucket_arn = aws_s3vectors_vector_bucket.plain.vector_bucket_arn
  policy            = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "s3vectors:GetVectors", Resource = "*" }] })
}

resource "aws_s3vectors_vector_bucket" "keyed" {
  vector_bucket_name = "vectors-keyed"
  encryption_configuration {
    sse_type    = "aws:kms"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
}
