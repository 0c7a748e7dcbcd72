resource "aws_mwaa_environment" "good" {
  name                            = "flows"
  airflow_version                 = "2.10.3"
  dag_s3_path                     = "dags/"
  execution_role_arn              = "arn:aws:iam::111122223333:role/airflow"
  source_bucket_arn               = "arn:aws:s3:::acme-airflow"
  kms_key                         = "arn:aws:kms:eu-central-1:111122223333:key/1"
  weekly_maintenance_window_start = "SUN:03:00"
  network_configuration {
    security_group_ids = ["sg-1"]
    subnet_ids         = ["subnet-1", "subnet-2"]
  }
  logging_configuration {
    task_logs {
      enabled = true
    }
    webserver_logs {
      enabled = true
    }
  }
}

resource "aws_mwaa_environment" "bad" {
  name                          = "open"
  dag_s3_path                   = "dags/"
  execution_role_arn            = "arn:aws:iam::111122223333:role/airflow"
  source_bucket_arn             = "arn:aws:s3:::acme-airflow"
  webserver_access_mode         = "PUBLIC_ONLY"
  airflow_configuration_options = { "core.parallelism" = "4" }
  network_configuration {
    security_group_ids = ["sg-1"]
    subnet_ids         = ["subnet-1", "subnet-2"]
  }
  logging_configuration {
    task_logs {
      enabled = false
    }
  }
}
