resource "aws_msk_configuration" "strict" {
  name              = "strict"
  server_properties = <<-EOT
    # nobody may make topics by accident
    auto.create.topics.enable = false
    allow.everyone.if.no.acl.found=false
  EOT
}

resource "aws_msk_cluster" "good" {
  cluster_name           = "events"
  kafka_version          = "3.8.x"
  number_of_broker_nodes = 3
  enhanced_monitoring    = "PER_BROKER"
  broker_node_group_info {
    instance_type   = "kafka.m7g.large"
    client_subnets  = ["subnet-1", "subnet-2", "subnet-3"]
    security_groups = ["sg-1"]
  }
  encryption_info {
    encryption_at_rest_kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  client_authentication {
    sasl {
      iam = true
    }
  }
  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = "/msk"
      }
    }
  }
}

resource "aws_msk_cluster_policy" "good" {
  cluster_arn = aws_msk_cluster.good.arn
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "kafka:CreateVpcConnection", Resource = "*" }] })
}

resource "aws_msk_scram_secret_association" "good" {
  cluster_arn     = aws_msk_cluster.good.arn
  secret_arn_list = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_app"]
}

resource "aws_msk_single_scram_secret_association" "good" {
  cluster_arn = aws_msk_cluster.good.arn
  secret_arn  = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_other"
}

resource "aws_msk_cluster" "bad" {
  cluster_name           = "open"
  kafka_version          = "2.6.2"
  number_of_broker_nodes = 2
  broker_node_group_info {
    instance_type   = "kafka.t3.small"
    client_subnets  = ["subnet-1", "subnet-2"]
    security_groups = ["sg-1"]
    connectivity_info {
      public_access {
        type = "SERVICE_PROVIDED_EIPS"
      }
    }
  }
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS_PLAINTEXT"
      in_cluster    = false
    }
  }
}

resource "aws_msk_serverless_cluster" "good" {
  cluster_name = "elastic"
  vpc_config {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }
}

resource "aws_msk_serverless_cluster" "open" {
  cluster_name = "elastic-open"
  vpc_config {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
  client_authentication {
    sasl {
      iam {
        enabled = false
      }
    }
  }
}

resource "aws_msk_cluster_policy" "serverless" {
  cluster_arn = aws_msk_serverless_cluster.good.arn
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "444455556666" }, Action = "kafka:CreateVpcConnection", Resource = "*" }] })
}

resource "aws_msk_vpc_connection" "iam" {
  authentication     = "SASL_IAM"
  target_cluster_arn = aws_msk_cluster.good.arn
  vpc_id             = "vpc-1"
  client_subnets     = ["subnet-9"]
  security_groups    = ["sg-9"]
}

resource "aws_msk_vpc_connection" "tls" {
  authentication     = "TLS"
  target_cluster_arn = aws_msk_cluster.good.arn
  vpc_id             = "vpc-1"
  client_subnets     = ["subnet-9"]
  security_groups    = ["sg-9"]
}

resource "aws_msk_replicator" "copy" {
  replicator_name            = "copy"
  service_execution_role_arn = "arn:aws:iam::111122223333:role/replicate"
  replication_info_list {
    source_kafka_cluster_arn = aws_msk_cluster.good.arn
    target_kafka_cluster_arn = "arn:aws:kafka:eu-west-1:111122223333:cluster/copy/1"
    target_compression_type  = "NONE"
  }
}

resource "aws_mskconnect_connector" "good" {
  name                       = "sink"
  kafkaconnect_version       = "3.7.x"
  service_execution_role_arn = "arn:aws:iam::111122223333:role/connect"
  connector_configuration    = { "connector.class" = "io.example.Sink", "tasks.max" = "1" }
  kafka_cluster_client_authentication {
    authentication_type = "IAM"
  }
  kafka_cluster_encryption_in_transit {
    encryption_type = "TLS"
  }
  log_delivery {
    worker_log_delivery {
      cloudwatch_logs {
        enabled   = true
        log_group = "/connect"
      }
    }
  }
}

resource "aws_mskconnect_connector" "bad" {
  name                       = "open"
  kafkaconnect_version       = "2.7.1"
  service_execution_role_arn = "arn:aws:iam::111122223333:role/connect"
  connector_configuration    = { "connector.class" = "io.example.Sink" }
}

resource "aws_mskconnect_worker_configuration" "plain" {
  name                    = "plain"
  properties_file_content = "key.converter=org.apache.kafka.connect.storage.StringConverter"
}
