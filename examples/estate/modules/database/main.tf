locals {
  family = {
    postgres = "postgres${split(".", var.engine_version)[0]}"
    mysql    = "mysql${join(".", slice(split(".", var.engine_version), 0, 2))}"
  }[var.engine]
  port = { postgres = 5432, mysql = 3306 }[var.engine]
  logs = { postgres = ["postgresql", "upgrade"], mysql = ["audit", "error"] }[var.engine]

  enforced = {
    postgres = { "rds.force_ssl" = "1", "log_connections" = "1" }
    mysql    = { "require_secure_transport" = "ON" }
  }[var.engine]
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name   = var.name
  family = local.family

  dynamic "parameter" {
    for_each = merge(local.enforced, var.parameters)
    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}

resource "aws_security_group" "this" {
  name        = "database-${var.name}"
  description = "Clients of ${var.name}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "From ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  referenced_security_group_id = each.value
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = var.engine
  engine_version = var.engine_version
  instance_class = var.instance_class

  allocated_storage = var.storage_gb
  storage_type      = "gp3"
  storage_encrypted = true
  kms_key_id        = var.key_arn

  username                            = "fernhill"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false

  multi_az                   = var.protection.multi_az
  backup_retention_period    = var.protection.backup_days
  deletion_protection        = var.protection.deletion_protection
  auto_minor_version_upgrade = var.protection.minor_upgrades
  skip_final_snapshot        = !var.protection.deletion_protection
  final_snapshot_identifier  = var.protection.deletion_protection ? "${var.name}-final" : null
  copy_tags_to_snapshot      = true

  performance_insights_enabled    = true
  monitoring_interval             = 60
  enabled_cloudwatch_logs_exports = local.logs
}

resource "aws_db_instance" "replica" {
  count = var.replicas

  identifier             = "${var.name}-replica-${count.index}"
  replicate_source_db    = aws_db_instance.this.identifier
  instance_class         = var.instance_class
  storage_encrypted      = true
  kms_key_id             = var.key_arn
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  skip_final_snapshot    = true
}
