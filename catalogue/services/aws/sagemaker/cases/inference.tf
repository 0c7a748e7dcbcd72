resource "aws_sagemaker_model" "good" {
  name                     = "good"
  execution_role_arn       = "arn:aws:iam::111122223333:role/model"
  enable_network_isolation = true

  primary_container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/model@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    environment = {
      MODE = "fast"
    }
  }
  vpc_config {
    subnets            = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_sagemaker_model" "plain" {
  name               = "plain"
  execution_role_arn = "arn:aws:iam::111122223333:role/model"

  container {
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/model:latest"
  }
}

resource "aws_sagemaker_endpoint_configuration" "good" {
  name        = "good"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"

  production_variants {
    model_name             = aws_sagemaker_model.good.name
    initial_instance_count = 2
    instance_type          = "ml.m5.large"
  }
  data_capture_config {
    enable_capture              = true
    destination_s3_uri          = "s3://capture"
    initial_sampling_percentage = 100
    capture_options {
      capture_mode = "Input"
    }
  }
}

resource "aws_sagemaker_endpoint" "good" {
  endpoint_config_name = aws_sagemaker_endpoint_configuration.good.name
}

resource "aws_sagemaker_endpoint_configuration" "plain" {
  name = "plain"

  production_variants {
    model_name             = aws_sagemaker_model.plain.name
    initial_instance_count = 1
    instance_type          = "ml.m5.large"
    enable_ssm_access      = true
  }
}

resource "aws_sagemaker_data_quality_job_definition" "good" {
  role_arn = "arn:aws:iam::111122223333:role/quality"

  data_quality_app_specification {
    image_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/monitor:1"
  }
  data_quality_job_input {
    endpoint_input {
      endpoint_name = "good"
    }
  }
  data_quality_job_output_config {
    monitoring_outputs {
      s3_output {
        s3_uri = "s3://quality"
      }
    }
  }
  job_resources {
    cluster_config {
      instance_count    = 1
      instance_type     = "ml.t3.medium"
      volume_size_in_gb = 20
      volume_kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    }
  }
  network_config {
    enable_inter_container_traffic_encryption = true
    enable_network_isolation                  = true
    vpc_config {
      subnets            = ["subnet-1"]
      security_group_ids = ["sg-1"]
    }
  }
}

resource "aws_sagemaker_data_quality_job_definition" "plain" {
  role_arn = "arn:aws:iam::111122223333:role/quality"

  data_quality_app_specification {
    image_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/monitor:1"
  }
  data_quality_job_input {
    endpoint_input {
      endpoint_name = "plain"
    }
  }
  data_quality_job_output_config {
    monitoring_outputs {
      s3_output {
        s3_uri = "s3://quality"
      }
    }
  }
  job_resources {
    cluster_config {
      instance_count    = 1
      instance_type     = "ml.t3.medium"
      volume_size_in_gb = 20
    }
  }
}

resource "aws_sagemaker_feature_group" "good" {
  feature_group_name             = "good"
  record_identifier_feature_name = "id"
  event_time_feature_name        = "at"
  role_arn                       = "arn:aws:iam::111122223333:role/features"

  feature_definition {
    feature_name = "id"
    feature_type = "String"
  }
  online_store_config {
    enable_online_store = true
    security_config {
      kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    }
  }
}

resource "aws_sagemaker_feature_group" "plain" {
  feature_group_name             = "plain"
  record_identifier_feature_name = "id"
  event_time_feature_name        = "at"
  role_arn                       = "arn:aws:iam::111122223333:role/features"

  feature_definition {
    feature_name = "id"
    feature_type = "String"
  }
  offline_store_config {
    s3_storage_config {
      s3_uri = "s3://features"
    }
  }
}

resource "aws_sagemaker_mlflow_tracking_server" "good" {
  tracking_server_name            = "good"
  role_arn                        = "arn:aws:iam::111122223333:role/mlflow"
  artifact_store_uri              = "s3://mlflow"
  mlflow_version                  = "2.16.2"
  weekly_maintenance_window_start = "TUE:03:30"
}

resource "aws_sagemaker_mlflow_tracking_server" "plain" {
  tracking_server_name = "plain"
  role_arn             = "arn:aws:iam::111122223333:role/mlflow"
  artifact_store_uri   = "s3://mlflow"
}

resource "aws_sagemaker_pipeline" "train" {
  pipeline_name         = "train"
  pipeline_display_name = "train"
  role_arn              = "arn:aws:iam::111122223333:role/train"
  pipeline_definition   = "{\"Version\":\"2020-12-01\",\"Steps\":[]}"
}

resource "aws_sagemaker_model_package_group" "models" {
  model_package_group_name = "models"
}

resource "aws_sagemaker_model_package_group_policy" "models" {
  model_package_group_name = aws_sagemaker_model_package_group.models.model_package_group_name
  resource_policy          = "{\"Statement\":[],\"Version\":\"2012-10-17\"}"
}

resource "aws_sagemaker_device_fleet" "good" {
  device_fleet_name = "good"
  role_arn          = "arn:aws:iam::111122223333:role/edge"

  output_config {
    s3_output_location = "s3://edge"
    kms_key_id         = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_sagemaker_device_fleet" "plain" {
  device_fleet_name = "plain"
  role_arn          = "arn:aws:iam::111122223333:role/edge"

  output_config {
    s3_output_location = "s3://edge"
  }
}

resource "aws_sagemaker_flow_definition" "good" {
  flow_definition_name = "good"
  role_arn             = "arn:aws:iam::111122223333:role/review"

  human_loop_config {
    human_task_ui_arn = "arn:aws:sagemaker:eu-west-1:111122223333:human-task-ui/review"
    task_count        = 1
    task_description  = "review"
    task_title        = "review"
    workteam_arn      = "arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/team"
  }
  output_config {
    s3_output_path = "s3://reviews"
    kms_key_id     = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_sagemaker_flow_definition" "plain" {
  flow_definition_name = "plain"
  role_arn             = "arn:aws:iam::111122223333:role/review"

  human_loop_config {
    human_task_ui_arn = "arn:aws:sagemaker:eu-west-1:111122223333:human-task-ui/review"
    task_count        = 1
    task_description  = "review"
    task_title        = "review"
    workteam_arn      = "arn:aws:sagemaker:eu-west-1:111122223333:workteam/private-crowd/team"
  }
  output_config {
    s3_output_path = "s3://reviews"
  }
}
