resource "aws_glue_security_configuration" "good" {
  name = "good"
  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = "arn:aws:kms:eu-central-1:111122223333:key/1"
    }
    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = "arn:aws:kms:eu-central-1:111122223333:key/1"
    }
    s3_encryption {
      s3_encryption_mode = "SSE-KMS"
      kms_key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/1"
    }
  }
}

resource "aws_glue_security_configuration" "bad" {
  name = "bad"
  encryption_configuration {
    cloudwatch_encryption {}
    job_bookmarks_encryption {}
    s3_encryption {
      s3_encryption_mode = "DISABLED"
    }
  }
}

resource "aws_glue_job" "good" {
  name                   = "orders"
  role_arn               = "arn:aws:iam::111122223333:role/glue"
  glue_version           = "5.0"
  security_configuration = aws_glue_security_configuration.good.name
  connections            = [aws_glue_connection.good.name]
  default_arguments      = { "--job-language" = "python" }
  command {
    script_location = "s3://acme-code/orders.py"
  }
}

resource "aws_glue_job" "bad" {
  name              = "old"
  role_arn          = "arn:aws:iam::111122223333:role/glue"
  glue_version      = "2.0"
  default_arguments = { "--key" = "AKIAQ3EGRZWLWSVTJ4X7" }
  command {
    script_location = "s3://acme-code/old.py"
  }
}

resource "aws_glue_crawler" "good" {
  name                   = "orders"
  database_name          = aws_glue_catalog_database.shop.name
  role                   = "arn:aws:iam::111122223333:role/glue"
  security_configuration = aws_glue_security_configuration.good.name
}

resource "aws_glue_crawler" "bare" {
  name          = "bare"
  database_name = aws_glue_catalog_database.shop.name
  role          = "arn:aws:iam::111122223333:role/glue"
}

resource "aws_glue_catalog_database" "shop" {
  name = "shop"
}

resource "aws_glue_data_catalog_encryption_settings" "good" {
  data_catalog_encryption_settings {
    connection_password_encryption {
      aws_kms_key_id                       = "arn:aws:kms:eu-central-1:111122223333:key/1"
      return_connection_password_encrypted = true
    }
    encryption_at_rest {
      catalog_encryption_mode = "SSE-KMS"
      sse_aws_kms_key_id      = "arn:aws:kms:eu-central-1:111122223333:key/1"
    }
  }
}

resource "aws_glue_data_catalog_encryption_settings" "bad" {
  data_catalog_encryption_settings {
    connection_password_encryption {
      return_connection_password_encrypted = false
    }
    encryption_at_rest {
      catalog_encryption_mode = "DISABLED"
    }
  }
}

resource "aws_glue_resource_policy" "shared" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "glue:GetTable", Resource = "*" }] })
}

resource "aws_glue_connection" "good" {
  name = "warehouse"
  connection_properties = {
    JDBC_CONNECTION_URL = "jdbc:postgresql://db.example.com:5432/shop"
    JDBC_ENFORCE_SSL    = "true"
    SECRET_ID           = "warehouse"
  }
  physical_connection_requirements {
    subnet_id              = "subnet-1"
    security_group_id_list = ["sg-1"]
  }
}

resource "aws_glue_connection" "bad" {
  name = "plain"
  connection_properties = {
    JDBC_CONNECTION_URL = "jdbc:mysql://db.example.com/shop"
    USERNAME            = "app"
    PASSWORD            = "T0pS3cret-horse-battery"
  }
}

resource "aws_glue_dev_endpoint" "inside" {
  name                   = "inside"
  role_arn               = "arn:aws:iam::111122223333:role/glue"
  glue_version           = "1.0"
  subnet_id              = "subnet-1"
  security_configuration = aws_glue_security_configuration.good.name
}

resource "aws_glue_dev_endpoint" "outside" {
  name     = "outside"
  role_arn = "arn:aws:iam::111122223333:role/glue"
}

resource "aws_glue_ml_transform" "match" {
  name         = "match"
  role_arn     = "arn:aws:iam::111122223333:role/glue"
  glue_version = "2.0"
}

resource "aws_glue_registry" "events" {
  registry_name = "events"
}

resource "aws_glue_trigger" "nightly" {
  name = "nightly"
  type = "SCHEDULED"
  actions {
    job_name  = aws_glue_job.good.name
    arguments = { "--day" = "yesterday" }
  }
}

resource "aws_glue_workflow" "nightly" {
  name                   = "nightly"
  default_run_properties = { mode = "full" }
}
