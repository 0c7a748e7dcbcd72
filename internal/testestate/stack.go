package testestate

import "fmt"

var common = []string{"id", "arn", "tags_all"}

// stack is the resources of one stack.
func stack(s scope) []resource {
	var rs []resource
	for _, part := range []func(scope) []resource{storage, network, compute, identity, data, messages, containers, edge} {
		rs = append(rs, part(s)...)
	}
	return rs
}

func tags(s scope, name string) map[string]string {
	env := [...]string{"prod", "staging", "dev"}[s.index%3]
	return map[string]string{"Name": name, "Environment": env, "Team": fmt.Sprintf("team-%d", s.index%11), "CostCenter": "cc-4711"}
}

const tlsOnly = `{"Version":"2012-10-17","Statement":[{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"@","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`

func storage(s scope) []resource {
	return []resource{
		{"aws_kms_key", "key", body{
			"description", named("-key"), "enable_key_rotation", !s.bad(0), "deletion_window_in_days", 30, "tags", tags(s, "key"),
		}, append(common, "key_id", "policy", "rotation_period_in_days", "multi_region"), []string{"bypass_policy_lockout_safety_check", "customer_master_key_spec"}},
		{
			"aws_kms_alias", "key",
			body{"name", named("-alias"), "target_key_id", ref("aws_kms_key.key.key_id")},
			[]string{"id", "arn", "target_key_arn", "name_prefix"},
			nil,
		},
		{
			"aws_s3_bucket", "data",
			body{"bucket", named("-data"), "force_destroy", s.bad(1), "tags", tags(s, "data")},
			append(common, "acl", "bucket_domain_name", "bucket_regional_domain_name", "hosted_zone_id", "policy", "region", "request_payer",
				"acceleration_status", "cors_rule", "grant", "lifecycle_rule", "logging", "object_lock_configuration", "object_lock_enabled",
				"replication_configuration", "server_side_encryption_configuration", "versioning", "website", "website_domain", "website_endpoint"),
			[]string{"timeouts"},
		},
		{"aws_s3_bucket_public_access_block", "data", body{
			"bucket", ref("aws_s3_bucket.data.id"), "block_public_acls", true, "block_public_policy", !s.bad(2),
			"ignore_public_acls", true, "restrict_public_buckets", !s.bad(2),
		}, []string{"id"}, nil},
		{"aws_s3_bucket_server_side_encryption_configuration", "data", body{
			"bucket", ref("aws_s3_bucket.data.id"),
			"rule",
			body{
				"bucket_key_enabled", true,
				"apply_server_side_encryption_by_default",
				body{"sse_algorithm", "aws:kms", "kms_master_key_id", ref("aws_kms_key.key.arn")},
			},
		}, []string{"id"}, []string{"expected_bucket_owner"}},
		{"aws_s3_bucket_versioning", "data", body{
			"bucket", ref("aws_s3_bucket.data.id"),
			"versioning_configuration",
			body{"status", pick(s.bad(3), "Suspended", "Enabled")},
		}, []string{"id"}, []string{"expected_bucket_owner", "mfa"}},
		{"aws_s3_bucket_policy", "data", body{
			"bucket", ref("aws_s3_bucket.data.id"), "policy", document{tlsOnly, []ref{"aws_s3_bucket.data.arn"}},
		}, []string{"id"}, nil},
		{"aws_s3_bucket_logging", "data", body{
			"bucket", ref("aws_s3_bucket.data.id"), "target_bucket", variable{"log_bucket", "aws_s3_bucket.data_s00000.id"}, "target_prefix", "log/",
		}, []string{"id"}, []string{"expected_bucket_owner"}},
	}
}

func network(s scope) []resource {
	open := pick(s.bad(1), "0.0.0.0/0", "10.0.0.0/8")
	return []resource{
		{
			"aws_vpc", "main",
			body{"cidr_block", "10.20.0.0/16", "enable_dns_support", true, "enable_dns_hostnames", true, "tags", tags(s, "vpc")},
			append(common, "default_network_acl_id", "default_route_table_id", "default_security_group_id", "dhcp_options_id", "main_route_table_id", "owner_id"),
			[]string{"ipv4_ipam_pool_id", "ipv4_netmask_length"},
		},
		{"aws_subnet", "a", body{
			"vpc_id", ref("aws_vpc.main.id"), "cidr_block", "10.20.1.0/24", "availability_zone", "eu-central-1a", "map_public_ip_on_launch", s.bad(4), "tags", tags(s, "a"),
		}, append(common, "availability_zone_id", "owner_id", "ipv6_cidr_block_association_id"), []string{"outpost_arn", "ipv6_cidr_block"}},
		{"aws_security_group", "web", body{
			"name", named("-web"), "description", "web tier", "vpc_id", ref("aws_vpc.main.id"),
			"ingress",
			body{"description", "https", "from_port", 443, "to_port", 443, "protocol", "tcp", "cidr_blocks", []string{open}},
			"egress",
			body{"description", "all", "from_port", 0, "to_port", 0, "protocol", "-1", "cidr_blocks", []string{"0.0.0.0/0"}},
			"tags", tags(s, "web"),
		}, append(common, "owner_id", "name_prefix"), []string{"revoke_rules_on_delete", "timeouts"}},
		{"aws_vpc_security_group_ingress_rule", "ssh", body{
			"security_group_id", ref("aws_security_group.web.id"), "cidr_ipv4", open, "from_port", 22, "to_port", 22, "ip_protocol", "tcp",
		}, append(common, "security_group_rule_id"), []string{"cidr_ipv6", "description", "prefix_list_id", "referenced_security_group_id"}},
		{"aws_security_group_rule", "db", body{
			"type", "ingress", "security_group_id", ref("aws_security_group.web.id"), "from_port", 5432, "to_port", 5432, "protocol", "tcp", "self", true,
		}, []string{"id", "security_group_rule_id", "source_security_group_id"}, []string{"cidr_blocks", "description", "ipv6_cidr_blocks", "prefix_list_ids", "timeouts"}},
	}
}

func compute(s scope) []resource {
	return []resource{
		{
			"aws_instance", "web",
			body{
				"ami", "ami-0123456789abcdef0", "instance_type", "m6i.large", "subnet_id", ref("aws_subnet.a.id"),
				"vpc_security_group_ids",
				refs{"aws_security_group.web.id"},
				"monitoring", true, "associate_public_ip_address", s.bad(0),
				"metadata_options",
				body{"http_endpoint", "enabled", "http_tokens", pick(s.bad(1), "optional", "required")},
				"root_block_device",
				body{"encrypted", !s.bad(2), "volume_size", 50, "volume_type", "gp3", "kms_key_id", ref("aws_kms_key.key.arn")},
				"user_data", "#!/bin/sh\nset -eu\napt-get update\napt-get install -y nginx\nsystemctl enable --now nginx\n",
				"tags", tags(s, "web"),
			},
			append(common, "availability_zone", "cpu_core_count", "ebs_block_device", "ebs_optimized", "instance_state", "ipv6_addresses", "key_name",
				"primary_network_interface_id", "private_dns", "private_ip", "public_dns", "public_ip", "security_groups", "tenancy", "network_interface"),
			[]string{"credit_specification", "disable_api_termination", "hibernation", "iam_instance_profile", "launch_template", "timeouts", "source_dest_check"},
		},
		{"aws_ebs_volume", "extra", body{
			"availability_zone", "eu-central-1a", "size", 100, "encrypted", !s.bad(3), "kms_key_id", ref("aws_kms_key.key.arn"), "tags", tags(s, "extra"),
		}, append(common, "iops", "snapshot_id", "throughput", "type", "create_time"), []string{"final_snapshot", "multi_attach_enabled", "outpost_arn"}},
		{
			"aws_lambda_function", "worker",
			body{
				"function_name", named("-worker"), "role", ref("aws_iam_role.app.arn"), "handler", "main.handler", "runtime", pick(s.bad(4), "python3.8", "python3.13"),
				"filename", "worker.zip", "memory_size", 256, "timeout", 30, "kms_key_arn", ref("aws_kms_key.key.arn"),
				"environment",
				body{"variables", map[string]string{"STAGE": "prod", "TABLE": "orders", "LOG_LEVEL": "info"}},
				"tracing_config",
				body{"mode", "Active"},
				"tags", tags(s, "worker"),
			},
			append(common, "architectures", "code_sha256", "invoke_arn", "last_modified", "qualified_arn", "source_code_hash", "source_code_size", "version", "ephemeral_storage", "logging_config"),
			[]string{"code_signing_config_arn", "dead_letter_config", "image_config", "image_uri", "layers", "s3_bucket", "s3_key", "vpc_config", "timeouts"},
		},
		{"aws_cloudwatch_log_group", "worker", body{
			"name", named("-worker"), "retention_in_days", pick2(s.bad(0), 0, 365), "kms_key_id", ref("aws_kms_key.key.arn"), "tags", tags(s, "logs"),
		}, append(common, "name_prefix", "log_group_class"), nil},
	}
}

const assume = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func identity(s scope) []resource {
	return []resource{
		{
			"aws_iam_role", "app",
			body{"name", named("-app"), "assume_role_policy", document{text: assume}, "max_session_duration", 3600, "tags", tags(s, "app")},
			append(common, "create_date", "managed_policy_arns", "name_prefix", "unique_id", "inline_policy"),
			[]string{"description", "permissions_boundary"},
		},
		{"aws_iam_role_policy", "app", body{"name", named("-app"), "role", ref("aws_iam_role.app.id"), "policy", document{
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":"@"},{"Effect":"Allow","Action":"kms:Decrypt","Resource":"@"}]}`,
			[]ref{"aws_dynamodb_table.orders.arn", "aws_kms_key.key.arn"},
		}}, []string{"id", "name_prefix"}, nil},
		{"aws_iam_policy", "read", body{"name", named("-read"), "path", "/apps/", "policy", document{
			text: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + pick(s.bad(2), "*", "s3:GetObject") + `","Resource":"*"}]}`,
		}, "tags", tags(s, "read")}, append(common, "attachment_count", "name_prefix", "policy_id"), []string{"description"}},
		{"aws_iam_role_policy_attachment", "read", body{"role", ref("aws_iam_role.app.name"), "policy_arn", ref("aws_iam_policy.read.arn")}, []string{"id"}, nil},
	}
}

func data(s scope) []resource {
	return []resource{
		{
			"aws_db_instance", "main",
			body{
				"identifier", named("-main"), "engine", "postgres", "engine_version", "16.4", "instance_class", "db.m6g.large", "allocated_storage", 100,
				"storage_encrypted", !s.bad(1), "kms_key_id", ref("aws_kms_key.key.arn"), "username", "app", "manage_master_user_password", true,
				"publicly_accessible", s.bad(3), "multi_az", !s.bad(0), "backup_retention_period", pick2(s.bad(2), 0, 14), "deletion_protection", !s.bad(4),
				"vpc_security_group_ids",
				refs{"aws_security_group.web.id"},
				"auto_minor_version_upgrade", true,
				"enabled_cloudwatch_logs_exports",
				[]string{"postgresql", "upgrade"},
				"skip_final_snapshot", true, "tags", tags(s, "main"),
			},
			append(common, "address", "availability_zone", "backup_target", "backup_window", "ca_cert_identifier", "character_set_name", "db_name", "db_subnet_group_name",
				"endpoint", "engine_version_actual", "hosted_zone_id", "iops", "latest_restorable_time", "license_model", "maintenance_window", "master_user_secret",
				"monitoring_role_arn", "option_group_name", "parameter_group_name", "port", "resource_id", "status", "storage_type"),
			[]string{"allow_major_version_upgrade", "custom_iam_instance_profile", "domain", "iam_database_authentication_enabled", "max_allocated_storage", "replicate_source_db", "timeouts"},
		},
		{"aws_dynamodb_table", "orders", body{
			"name", named("-orders"), "billing_mode", "PAY_PER_REQUEST", "hash_key", "pk",
			"attribute",
			body{"name", "pk", "type", "S"},
			"point_in_time_recovery",
			body{"enabled", !s.bad(4)},
			"server_side_encryption",
			body{"enabled", true, "kms_key_arn", ref("aws_kms_key.key.arn")},
			"deletion_protection_enabled", !s.bad(0), "tags", tags(s, "orders"),
		}, append(common, "read_capacity", "stream_arn", "stream_label", "stream_view_type", "write_capacity"), []string{"range_key", "restore_date_time", "table_class", "timeouts"}},
		{
			"aws_elasticache_replication_group", "cache",
			body{
				"replication_group_id", named("-cache"), "description", "sessions", "node_type", "cache.t4g.small", "num_cache_clusters", 2,
				"at_rest_encryption_enabled", !s.bad(1), "transit_encryption_enabled", !s.bad(2), "automatic_failover_enabled", true, "tags", tags(s, "cache"),
			},
			append(common, "configuration_endpoint_address", "engine_version_actual", "member_clusters", "primary_endpoint_address", "reader_endpoint_address", "port"),
			[]string{"auth_token", "log_delivery_configuration", "snapshot_arns", "timeouts"},
		},
		{
			"aws_efs_file_system", "shared",
			body{"encrypted", !s.bad(3), "kms_key_id", ref("aws_kms_key.key.arn"), "tags", tags(s, "shared")},
			append(common, "creation_token", "dns_name", "number_of_mount_targets", "owner_id", "performance_mode", "size_in_bytes"),
			[]string{"lifecycle_policy", "availability_zone_name"},
		},
		{
			"aws_secretsmanager_secret", "db",
			body{"name", named("-db"), "kms_key_id", ref("aws_kms_key.key.arn"), "recovery_window_in_days", 7, "tags", tags(s, "db")},
			append(common, "name_prefix", "policy", "replica"),
			[]string{"description"},
		},
	}
}

func messages(s scope) []resource {
	return []resource{
		{"aws_sqs_queue", "jobs", body{
			"name", named("-jobs"), "kms_master_key_id", ref("aws_kms_key.key.id"), "message_retention_seconds", 345600,
			"redrive_policy",
			document{`{"deadLetterTargetArn":"@","maxReceiveCount":5}`, []ref{"aws_sqs_queue.dead.arn"}},
			"tags", tags(s, "jobs"),
		}, append(common, "name_prefix", "policy", "redrive_allow_policy", "url"), []string{"content_based_deduplication", "fifo_queue"}},
		{
			"aws_sqs_queue", "dead",
			body{"name", named("-dead"), "sqs_managed_sse_enabled", !s.bad(4), "tags", tags(s, "dead")},
			append(common, "name_prefix", "policy", "redrive_allow_policy", "redrive_policy", "url"),
			[]string{"kms_master_key_id", "fifo_queue"},
		},
		{
			"aws_sns_topic", "events",
			body{"name", named("-events"), "kms_master_key_id", ref("aws_kms_key.key.id"), "tags", tags(s, "events")},
			append(common, "name_prefix", "owner", "policy", "beginning_archive_time"),
			[]string{"delivery_policy", "display_name", "fifo_topic"},
		},
	}
}

func containers(s scope) []resource {
	return []resource{
		{"aws_ecr_repository", "app", body{
			"name", named("/app"), "image_tag_mutability", pick(s.bad(0), "MUTABLE", "IMMUTABLE"),
			"image_scanning_configuration",
			body{"scan_on_push", !s.bad(1)},
			"encryption_configuration",
			body{"encryption_type", "KMS", "kms_key", ref("aws_kms_key.key.arn")},
			"tags", tags(s, "app"),
		}, append(common, "registry_id", "repository_url"), []string{"force_delete", "timeouts"}},
		{
			"aws_ecs_cluster", "main",
			body{"name", named("-main"), "setting", body{"name", "containerInsights", "value", pick(s.bad(2), "disabled", "enabled")}, "tags", tags(s, "main")},
			common,
			[]string{"configuration", "service_connect_defaults"},
		},
		{"aws_ecs_task_definition", "app", body{
			"family", named("-app"), "requires_compatibilities",
			[]string{"FARGATE"},
			"network_mode", "awsvpc", "cpu", "256", "memory", "512",
			"execution_role_arn", ref("aws_iam_role.app.arn"),
			"container_definitions",
			document{text: `[{"name":"app","image":"nginx:1.27","essential":true,"readonlyRootFilesystem":true,"environment":[{"name":"STAGE","value":"prod"}]}]`},
			"tags", tags(s, "app"),
		}, append(common, "arn_without_revision", "revision"), []string{"ipc_mode", "pid_mode", "ephemeral_storage", "task_role_arn"}},
		{"aws_ecs_service", "app", body{
			"name", named("-app"), "cluster", ref("aws_ecs_cluster.main.id"), "task_definition", ref("aws_ecs_task_definition.app.arn"), "desired_count", 2, "launch_type", "FARGATE",
			"network_configuration",
			body{"subnets", refs{"aws_subnet.a.id"}, "security_groups", refs{"aws_security_group.web.id"}, "assign_public_ip", s.bad(3)},
			"tags", tags(s, "app"),
		}, append(common, "availability_zone_rebalancing", "iam_role", "platform_version", "triggers"), []string{"enable_execute_command", "force_new_deployment", "timeouts"}},
		{
			"aws_eks_cluster", "main",
			body{
				"name", named("-main"), "role_arn", ref("aws_iam_role.app.arn"), "version", pick(s.bad(4), "1.27", "1.33"),
				"enabled_cluster_log_types",
				[]string{"api", "audit", "authenticator"},
				"vpc_config",
				body{"subnet_ids", refs{"aws_subnet.a.id"}, "endpoint_public_access", s.bad(0), "endpoint_private_access", true},
				"encryption_config",
				body{"resources", []string{"secrets"}, "provider", body{"key_arn", ref("aws_kms_key.key.arn")}},
				"tags", tags(s, "main"),
			},
			append(common, "access_config", "certificate_authority", "created_at", "endpoint", "identity", "kubernetes_network_config", "platform_version", "status", "upgrade_policy"),
			[]string{"bootstrap_self_managed_addons", "outpost_config", "timeouts", "zonal_shift_config"},
		},
		{
			"aws_eks_node_group", "main",
			body{
				"cluster_name", ref("aws_eks_cluster.main.name"), "node_group_name", named("-nodes"), "node_role_arn", ref("aws_iam_role.app.arn"), "subnet_ids",
				refs{"aws_subnet.a.id"},
				"scaling_config",
				body{"desired_size", 2, "max_size", 4, "min_size", 1},
				"tags", tags(s, "nodes"),
			},
			append(common, "ami_type", "capacity_type", "disk_size", "instance_types", "release_version", "resources", "status", "version", "node_group_name_prefix"),
			[]string{"force_update_version", "labels", "launch_template", "remote_access", "taint", "timeouts"},
		},
	}
}

func edge(s scope) []resource {
	return []resource{
		{"aws_lb", "front", body{
			"name", named("-front"), "internal", !s.bad(1), "load_balancer_type", "application", "subnets",
			refs{"aws_subnet.a.id"},
			"security_groups",
			refs{"aws_security_group.web.id"},
			"drop_invalid_header_fields", !s.bad(2), "enable_deletion_protection", !s.bad(3),
			"access_logs",
			body{"bucket", ref("aws_s3_bucket.data.id"), "enabled", true},
			"tags", tags(s, "front"),
		}, append(common, "arn_suffix", "dns_name", "name_prefix", "vpc_id", "zone_id", "ip_address_type"), []string{"customer_owned_ipv4_pool", "timeouts"}},
		{
			"aws_lb_target_group", "front",
			body{"name", named("-front"), "port", 443, "protocol", "HTTPS", "target_type", "ip", "vpc_id", ref("aws_vpc.main.id"), "tags", tags(s, "front")},
			append(common, "arn_suffix", "health_check", "load_balancer_arns", "name_prefix", "stickiness"),
			[]string{"connection_termination", "preserve_client_ip"},
		},
		{"aws_lb_listener", "front", body{
			"load_balancer_arn", ref("aws_lb.front.arn"), "port", 443, "protocol", pick(s.bad(4), "HTTP", "HTTPS"), "ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"default_action",
			body{"type", "forward", "target_group_arn", ref("aws_lb_target_group.front.arn")},
		}, append(common, "mutual_authentication"), []string{"alpn_policy", "certificate_arn", "timeouts"}},
		{
			"aws_cloudfront_distribution", "front",
			body{
				"enabled", true, "comment", named(" front"), "price_class", "PriceClass_100",
				"origin",
				body{
					"domain_name", ref("aws_lb.front.dns_name"), "origin_id", "front",
					"custom_origin_config",
					body{"http_port", 80, "https_port", 443, "origin_protocol_policy", pick(s.bad(0), "http-only", "https-only"), "origin_ssl_protocols", []string{"TLSv1.2"}},
				},
				"default_cache_behavior",
				body{
					"allowed_methods",
					[]string{"GET", "HEAD"},
					"cached_methods",
					[]string{"GET", "HEAD"},
					"target_origin_id", "front",
					"viewer_protocol_policy", pick(s.bad(1), "allow-all", "redirect-to-https"),
					"forwarded_values",
					body{"query_string", false, "cookies", body{"forward", "none"}},
				},
				"restrictions",
				body{"geo_restriction", body{"restriction_type", "none"}},
				"viewer_certificate",
				body{"cloudfront_default_certificate", true},
				"tags", tags(s, "front"),
			},
			append(common, "caller_reference", "domain_name", "etag", "hosted_zone_id", "in_progress_validation_batches", "last_modified_time", "status", "trusted_signers"),
			[]string{"aliases", "custom_error_response", "default_root_object", "logging_config", "web_acl_id"},
		},
	}
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func pick2(first bool, a, b int) int {
	if first {
		return a
	}
	return b
}
