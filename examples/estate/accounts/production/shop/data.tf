resource "aws_kms_key" "shop" {
  description             = "What the shop stores"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

# Three ways to have the same database, three owners of its operating system.

# 1. Managed: the provider has the host and the engine.
module "orders" {
  source = "../../../modules/database"

  name           = "orders"
  engine_version = "16.9"
  instance_class = "db.r7g.xlarge"
  storage_gb     = 500
  key_arn        = aws_kms_key.shop.arn
  replicas       = var.read_replicas
  vpc_id         = module.network.vpc_id
  subnet_ids     = module.network.private_subnet_ids

  client_group_ids = {
    storefront = module.storefront.security_group_id
    accounts   = module.services["accounts"].security_group_id
  }

  parameters = {
    "log_min_duration_statement" = "500"
  }
}

# 2. RDS Custom: administrator rights on the host, and its patching, are Fernhill's.
resource "aws_db_instance" "ledger" {
  identifier                  = "ledger"
  engine                      = "custom-oracle-ee"
  engine_version              = aws_rds_custom_db_engine_version.ledger.engine_version
  instance_class              = "db.m5.xlarge"
  allocated_storage           = 300
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.shop.arn
  username                    = "ledger"
  password                    = var.ledger_password
  custom_iam_instance_profile = "AWSRDSCustomInstanceProfile-ledger"
  backup_retention_period     = 14
  auto_minor_version_upgrade  = false
  db_subnet_group_name        = aws_db_subnet_group.finance.name
  vpc_security_group_ids      = [aws_security_group.finance.id]
  multi_az                    = false
  skip_final_snapshot         = true
}

resource "aws_rds_custom_db_engine_version" "ledger" {
  engine                                     = "custom-oracle-ee"
  engine_version                             = "19.fernhill_2"
  database_installation_files_s3_bucket_name = "fernhill-production-artefacts"
  database_installation_files_s3_prefix      = "oracle/19"
  kms_key_id                                 = aws_kms_key.shop.arn
}

# With a version of the service (….v1) the image is the provider's; with one of
# Fernhill's own it is not.
resource "aws_db_instance" "accounting" {
  for_each = {
    curated = "15.00.4410.1.v1"
    own     = "15.00.4249.2.fernhill_accounting_1"
  }

  identifier                  = "accounting-${each.key}"
  engine                      = "custom-sqlserver-se"
  engine_version              = each.value
  instance_class              = "db.m5.xlarge"
  allocated_storage           = 200
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.shop.arn
  username                    = "accounting"
  manage_master_user_password = true
  custom_iam_instance_profile = "AWSRDSCustomInstanceProfile-accounting"
  backup_retention_period     = 14
  auto_minor_version_upgrade  = false
  db_subnet_group_name        = aws_db_subnet_group.finance.name
  vpc_security_group_ids      = [aws_security_group.finance.id]
  skip_final_snapshot         = true
}

# 3. A database on a machine: everything above the hypervisor is Fernhill's.
resource "aws_instance" "ratings" {
  ami                    = "ami-0aa1bb2cc3dd4ee5f"
  instance_type          = "r6i.large"
  subnet_id              = module.network.private_subnet_ids[0]
  vpc_security_group_ids = [aws_security_group.finance.id]
  iam_instance_profile   = aws_iam_instance_profile.machines.name
  monitoring             = true

  root_block_device {
    encrypted = true
  }

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  tags = {
    Name     = "ratings-mongodb"
    patching = "weekly"
    backup   = "daily"
  }
}

resource "aws_ebs_volume" "ratings" {
  availability_zone = "eu-central-1a"
  size              = 400
  type              = "gp3"
  encrypted         = true
  kms_key_id        = aws_kms_key.shop.arn

  tags = { backup = "daily" }
}

resource "aws_volume_attachment" "ratings" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.ratings.id
  instance_id = aws_instance.ratings.id
}

resource "aws_db_subnet_group" "finance" {
  name       = "finance"
  subnet_ids = module.network.private_subnet_ids
}

resource "aws_security_group" "finance" {
  name        = "finance"
  description = "Finance databases"
  vpc_id      = module.network.vpc_id

  ingress {
    description = "Clients inside the network"
    protocol    = "tcp"
    from_port   = 1433
    to_port     = 1521
    cidr_blocks = [module.network.cidr]
  }
}

variable "ledger_password" {
  type      = string
  sensitive = true
}

# Aurora, on a version that has run out: extended support costs money, and is on
# by default.
resource "aws_rds_cluster" "reviews" {
  cluster_identifier          = "reviews"
  engine                      = "aurora-mysql"
  engine_version              = "5.7.mysql_aurora.2.11.5"
  master_username             = "admin"
  manage_master_user_password = true
  storage_encrypted           = true
  backup_retention_period     = 7
  deletion_protection         = false
  db_subnet_group_name        = aws_db_subnet_group.finance.name
  vpc_security_group_ids      = [aws_security_group.finance.id]
  skip_final_snapshot         = true
}

resource "aws_rds_cluster_instance" "reviews" {
  count = 2

  identifier                 = "reviews-${count.index}"
  cluster_identifier         = aws_rds_cluster.reviews.id
  engine                     = aws_rds_cluster.reviews.engine
  instance_class             = "db.r6g.large"
  auto_minor_version_upgrade = count.index == 0
}

resource "aws_dynamodb_table" "baskets" {
  name         = "baskets"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "customer"

  attribute {
    name = "customer"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.shop.arn
  }

  deletion_protection_enabled = true
}

# Node-based caches are upgraded when somebody lets them; a serverless one is
# the provider's all the way down.
resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "sessions"
  description                = "Sessions"
  engine                     = "valkey"
  engine_version             = "7.2"
  node_type                  = "cache.r7g.large"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auto_minor_version_upgrade = false
  subnet_group_name          = aws_elasticache_subnet_group.shop.name
  security_group_ids         = [module.storefront.security_group_id]
}

resource "aws_elasticache_subnet_group" "shop" {
  name       = "shop"
  subnet_ids = module.network.private_subnet_ids
}

resource "aws_elasticache_serverless_cache" "prices" {
  engine             = "valkey"
  name               = "prices"
  kms_key_id         = aws_kms_key.shop.arn
  subnet_ids         = module.network.private_subnet_ids
  security_group_ids = [module.storefront.security_group_id]
}

resource "aws_opensearch_domain" "catalogue" {
  domain_name    = "catalogue"
  engine_version = "OpenSearch_2.19"

  cluster_config {
    instance_type          = "r7g.large.search"
    instance_count         = 3
    zone_awareness_enabled = true
  }

  ebs_options {
    ebs_enabled = true
    volume_size = 200
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = aws_kms_key.shop.arn
  }

  node_to_node_encryption {
    enabled = true
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  vpc_options {
    subnet_ids         = module.network.private_subnet_ids
    security_group_ids = [module.storefront.security_group_id]
  }

  software_update_options {
    auto_software_update_enabled = true
  }
}

# An older domain for the support desk. Nobody switched updates on.
resource "aws_opensearch_domain" "tickets" {
  domain_name    = "tickets"
  engine_version = "Elasticsearch_7.10"

  cluster_config {
    instance_type = "t3.medium.search"
  }

  ebs_options {
    ebs_enabled = true
    volume_size = 50
  }

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "es:*"
      Resource  = "arn:aws:es:eu-central-1:777788889999:domain/tickets/*"
    }]
  })
}

resource "aws_msk_cluster" "events" {
  cluster_name           = "events"
  kafka_version          = "3.8.x"
  number_of_broker_nodes = 3

  broker_node_group_info {
    instance_type   = "kafka.m7g.large"
    client_subnets  = module.network.private_subnet_ids
    security_groups = [module.storefront.security_group_id]

    storage_info {
      ebs_storage_info {
        volume_size = 500
      }
    }
  }

  client_authentication {
    sasl {
      iam = true
    }
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = aws_kms_key.shop.arn

    encryption_in_transit {
      client_broker = "TLS_PLAINTEXT"
      in_cluster    = true
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.events.name
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "events" {
  name              = "/shop/events"
  retention_in_days = 30
}

# The move of the ledger off the old data centre, still running.
resource "aws_dms_replication_instance" "ledger" {
  replication_instance_id     = "ledger"
  replication_instance_class  = "dms.t3.large"
  engine_version              = "3.5.4"
  publicly_accessible         = true
  auto_minor_version_upgrade  = false
  replication_subnet_group_id = aws_dms_replication_subnet_group.ledger.id
  vpc_security_group_ids      = [aws_security_group.finance.id]
}

resource "aws_dms_replication_subnet_group" "ledger" {
  replication_subnet_group_id          = "ledger"
  replication_subnet_group_description = "Ledger"
  subnet_ids                           = module.network.private_subnet_ids
}

resource "aws_dms_endpoint" "old_ledger" {
  endpoint_id   = "old-ledger"
  endpoint_type = "source"
  engine_name   = "oracle"
  server_name   = "ledger.fernhill.example"
  port          = 1521
  database_name = "LEDGER"
  username      = "replicator"
  password      = var.ledger_password
  ssl_mode      = "none"
}
