variable "secret" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_sagemaker_notebook_instance" "good" {
  name                   = "good"
  role_arn               = "arn:aws:iam::111122223333:role/notebook"
  instance_type          = "ml.t3.medium"
  kms_key_id             = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  direct_internet_access = "Disabled"
  root_access            = "Disabled"
  subnet_id              = "subnet-1"
  security_groups        = ["sg-1"]

  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = "2"
  }
}

resource "aws_sagemaker_notebook_instance" "plain" {
  name          = "plain"
  role_arn      = "arn:aws:iam::111122223333:role/notebook"
  instance_type = "ml.t3.medium"
}

resource "aws_sagemaker_notebook_instance_lifecycle_configuration" "start" {
  name     = "start"
  on_start = base64encode("echo hello")
}

resource "aws_sagemaker_studio_lifecycle_config" "start" {
  studio_lifecycle_config_name     = "start"
  studio_lifecycle_config_app_type = "JupyterServer"
  studio_lifecycle_config_content  = base64encode("echo hello")
}

resource "aws_sagemaker_app_image_config" "own" {
  app_image_config_name = "own"

  jupyter_lab_image_config {
    container_config {
      container_environment_variables = {
        MODE = "fast"
      }
    }
  }
}

resource "aws_sagemaker_domain" "good" {
  domain_name             = "good"
  auth_mode               = "SSO"
  vpc_id                  = "vpc-1"
  subnet_ids              = ["subnet-1"]
  app_network_access_type = "VpcOnly"
  kms_key_id              = "arn:aws:kms:eu-west-1:111122223333:key/1234"

  default_user_settings {
    execution_role = "arn:aws:iam::111122223333:role/studio"
  }
}

resource "aws_sagemaker_user_profile" "ada" {
  domain_id         = aws_sagemaker_domain.good.id
  user_profile_name = "ada"
}

resource "aws_sagemaker_space" "shared" {
  domain_id  = aws_sagemaker_domain.good.id
  space_name = "shared"
}

resource "aws_sagemaker_app" "server" {
  domain_id         = aws_sagemaker_domain.good.id
  user_profile_name = "ada"
  app_name          = "default"
  app_type          = "JupyterServer"
}

resource "aws_sagemaker_domain" "plain" {
  domain_name = "plain"
  auth_mode   = "IAM"
  vpc_id      = "vpc-1"
  subnet_ids  = ["subnet-1"]

  default_user_settings {
    execution_role = "arn:aws:iam::111122223333:role/studio"
  }
}

resource "aws_sagemaker_code_repository" "lab" {
  code_repository_name = "lab"

  git_config {
    repository_url = "https://github.com/example/lab.git"
  }
}

resource "aws_sagemaker_workforce" "reviewers" {
  workforce_name = "reviewers"

  oidc_config {
    client_id              = "abc"
    client_secret          = var.secret
    issuer                 = "https://id.example.com"
    authorization_endpoint = "https://id.example.com/a"
    token_endpoint         = "https://id.example.com/t"
    user_info_endpoint     = "https://id.example.com/u"
    logout_endpoint        = "https://id.example.com/l"
    jwks_uri               = "https://id.example.com/k"
  }
  source_ip_config {
    cidrs = ["10.0.0.0/8"]
  }
  workforce_vpc_config {
    vpc_id = "vpc-1"
  }
}

resource "aws_sagemaker_workforce" "plain" {
  workforce_name = "plain"

  cognito_config {
    client_id = "abc"
    user_pool = "eu-west-1_abc"
  }
}
