resource "aws_mq_configuration" "broker" {
  name           = "broker"
  engine_type    = "ActiveMQ"
  engine_version = "5.18"
  data           = "<broker/>"
}

resource "aws_mq_broker" "good" {
  broker_name                = "orders"
  engine_type                = "ActiveMQ"
  engine_version             = "5.18"
  host_instance_type         = "mq.m5.large"
  deployment_mode            = "ACTIVE_STANDBY_MULTI_AZ"
  auto_minor_version_upgrade = true
  data_replication_mode      = "CRDR"
  authentication_strategy    = "ldap"
  subnet_ids                 = ["subnet-1", "subnet-2"]
  encryption_options {
    use_aws_owned_key = false
    kms_key_id        = "arn:aws:kms:eu-central-1:111122223333:key/1"
  }
  logs {
    general = true
    audit   = "true"
  }
  maintenance_window_start_time {
    day_of_week = "SUNDAY"
    time_of_day = "03:00"
    time_zone   = "UTC"
  }
  configuration {
    id       = aws_mq_configuration.broker.id
    revision = 1
  }
}

resource "aws_mq_broker" "bad" {
  broker_name         = "open"
  engine_type         = "RabbitMQ"
  engine_version      = "3.8.6"
  host_instance_type  = "mq.t3.micro"
  publicly_accessible = true
  user {
    username = "admin"
    password = "T0pS3cret-horse-battery"
  }
}

resource "aws_mq_broker" "silent" {
  broker_name        = "silent"
  engine_type        = "ActiveMQ"
  engine_version     = "5.17.6"
  host_instance_type = "mq.t3.micro"
}

variable "upgrade" {
  type = bool
}

resource "aws_mq_broker" "asked" {
  broker_name                = "asked"
  engine_type                = "RabbitMQ"
  engine_version             = "3.13"
  host_instance_type         = "mq.t3.micro"
  auto_minor_version_upgrade = var.upgrade
}
