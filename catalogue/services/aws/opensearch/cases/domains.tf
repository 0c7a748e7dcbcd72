resource "aws_opensearch_domain" "good" {
  domain_name    = "logs"
  engine_version = "OpenSearch_2.17"
  cluster_config {
    instance_count         = 3
    zone_awareness_enabled = true
  }
  encrypt_at_rest {
    enabled    = true
    kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
  vpc_options {
    subnet_ids         = ["subnet-1", "subnet-2"]
    security_group_ids = ["sg-1"]
  }
  advanced_security_options {
    enabled = true
    master_user_options {
      master_user_arn = "arn:aws:iam::111122223333:role/search-admin"
    }
  }
  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:audit"
  }
  log_publishing_options {
    log_type                 = "SEARCH_SLOW_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:slow"
  }
  software_update_options {
    auto_software_update_enabled = true
  }
}

resource "aws_opensearch_authorize_vpc_endpoint_access" "good" {
  domain_name = aws_opensearch_domain.good.domain_name
  account     = "444455556666"
}

resource "aws_opensearch_vpc_endpoint" "good" {
  domain_arn = aws_opensearch_domain.good.arn
  vpc_options {
    subnet_ids = ["subnet-9"]
  }
}

resource "aws_opensearch_domain" "bad" {
  domain_name    = "open"
  engine_version = "Elasticsearch_7.10"
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-0-2019-07"
  }
  advanced_security_options {
    enabled                        = true
    anonymous_auth_enabled         = true
    internal_user_database_enabled = true
    master_user_options {
      master_user_name     = "admin"
      master_user_password = "T0pS3cret-horse-battery"
    }
  }
  off_peak_window_options {
    enabled = false
  }
  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    enabled                  = false
    cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:audit"
  }
}

resource "aws_opensearch_domain_policy" "bad" {
  domain_name     = aws_opensearch_domain.bad.domain_name
  access_policies = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "es:*", Resource = "*" }] })
}

resource "aws_opensearch_domain" "bare" {
  domain_name = "bare"
}

resource "aws_opensearch_domain_saml_options" "bare" {
  domain_name = aws_opensearch_domain.bare.domain_name
  saml_options {
    enabled = true
  }
}

resource "aws_elasticsearch_domain" "good" {
  domain_name           = "old-logs"
  elasticsearch_version = "7.10"
  cluster_config {
    instance_count         = 3
    zone_awareness_enabled = true
  }
  encrypt_at_rest {
    enabled    = true
    kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
  vpc_options {
    subnet_ids = ["subnet-1"]
  }
  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = true
    master_user_options {
      master_user_name     = "owner"
      master_user_password = "T0pS3cret-horse-battery"
    }
  }
  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:audit"
  }
  log_publishing_options {
    log_type                 = "SEARCH_SLOW_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:eu-central-1:111122223333:log-group:slow"
  }
}

resource "aws_elasticsearch_domain_policy" "good" {
  domain_name     = aws_elasticsearch_domain.good.domain_name
  access_policies = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111122223333" }, Action = "es:*", Resource = "*" }] })
}

resource "aws_elasticsearch_domain_saml_options" "good" {
  domain_name = aws_elasticsearch_domain.good.domain_name
  saml_options {
    enabled = true
  }
}

resource "aws_elasticsearch_vpc_endpoint" "good" {
  domain_arn = aws_elasticsearch_domain.good.arn
  vpc_options {
    subnet_ids = ["subnet-9"]
  }
}

resource "aws_elasticsearch_domain" "bare" {
  domain_name = "old-bare"
}

resource "aws_opensearchserverless_collection" "good" {
  name = "vectors"
}

resource "aws_opensearchserverless_collection" "single" {
  name             = "single"
  standby_replicas = "DISABLED"
}

# as plan and state show them
resource "aws_opensearchserverless_collection" "ours" {
  name        = "ours"
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
}

resource "aws_opensearchserverless_collection" "theirs" {
  name        = "theirs"
  kms_key_arn = "auto"
}

resource "aws_opensearchserverless_security_policy" "public" {
  name   = "public"
  type   = "network"
  policy = jsonencode([{ Rules = [{ ResourceType = "collection", Resource = ["collection/vectors"] }], AllowFromPublic = true }])
}

resource "aws_opensearchserverless_security_policy" "private" {
  name   = "private"
  type   = "network"
  policy = jsonencode([{ Rules = [{ ResourceType = "collection", Resource = ["collection/single"] }], AllowFromPublic = false, SourceVPCEs = ["vpce-1"] }])
}

resource "aws_opensearchserverless_security_policy" "endpoint" {
  name   = "endpoint"
  type   = "network"
  policy = jsonencode([{ Rules = [{ ResourceType = "collection", Resource = ["collection/single"] }], AllowFromPublic = false, SourceVPCEs = [aws_opensearchserverless_vpc_endpoint.inside.id] }])
}

resource "aws_opensearchserverless_security_policy" "ours" {
  name   = "ours"
  type   = "encryption"
  policy = jsonencode({ Rules = [{ ResourceType = "collection", Resource = ["collection/vectors"] }], AWSOwnedKey = false, KmsARN = "arn:aws:kms:eu-central-1:111122223333:key/1" })
}

resource "aws_opensearchserverless_security_policy" "theirs" {
  name   = "theirs"
  type   = "encryption"
  policy = jsonencode({ Rules = [{ ResourceType = "collection", Resource = ["collection/single"] }], AWSOwnedKey = true })
}

resource "aws_opensearchserverless_security_config" "saml" {
  name = "saml"
  type = "saml"
  saml_options {
    metadata = "<xml/>"
  }
}

resource "aws_opensearchserverless_vpc_endpoint" "inside" {
  name       = "inside"
  vpc_id     = "vpc-1"
  subnet_ids = ["subnet-1"]
}

resource "aws_osis_pipeline" "good" {
  pipeline_name               = "ingest"
  min_units                   = 1
  max_units                   = 4
  pipeline_configuration_body = "version: \"2\""
  encryption_at_rest_options {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  log_publishing_options {
    is_logging_enabled = true
    cloudwatch_log_destination {
      log_group = "/ingest"
    }
  }
  vpc_options {
    subnet_ids = ["subnet-1"]
  }
}

resource "aws_osis_pipeline" "bare" {
  pipeline_name               = "bare"
  min_units                   = 1
  max_units                   = 4
  pipeline_configuration_body = "version: \"2\"\ncredentials AKIAQ3EGRZWLWSVTJ4X7\n"
}
