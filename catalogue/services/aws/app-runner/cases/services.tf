resource "aws_apprunner_service" "good" {
  service_name = "good"
  source_configuration {
    authentication_configuration {
      access_role_arn = "arn:aws:iam::111122223333:role/pull"
    }
    image_repository {
      image_identifier      = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      image_repository_type = "ECR"
      image_configuration {
        runtime_environment_variables = {
          STAGE = "prod"
        }
      }
    }
  }
  encryption_configuration {
    kms_key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  instance_configuration {
    instance_role_arn = "arn:aws:iam::111122223333:role/app"
  }
  network_configuration {
    ingress_configuration {
      is_publicly_accessible = false
    }
    egress_configuration {
      egress_type       = "VPC"
      vpc_connector_arn = "arn:aws:apprunner:eu-west-1:111122223333:vpcconnector/app/1/0123"
    }
  }
  observability_configuration {
    observability_enabled           = true
    observability_configuration_arn = "arn:aws:apprunner:eu-west-1:111122223333:observabilityconfiguration/app/1/0123"
  }
}

resource "aws_apprunner_service" "tagged" {
  service_name = "tagged"
  source_configuration {
    image_repository {
      image_identifier      = "public.ecr.aws/nginx/nginx:latest"
      image_repository_type = "ECR_PUBLIC"
    }
  }
}

resource "aws_wafv2_web_acl_association" "tagged" {
  resource_arn = aws_apprunner_service.tagged.arn
  web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/site/1234"
}

resource "aws_apprunner_service" "source" {
  service_name = "source"
  source_configuration {
    code_repository {
      repository_url = "https://git.example.com/app"
      source_code_version {
        type  = "BRANCH"
        value = "main"
      }
      code_configuration {
        configuration_source = "API"
        code_configuration_values {
          runtime = "NODEJS_22"
          runtime_environment_variables = {
            AWS_SECRET_ACCESS_KEY = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"
          }
        }
      }
    }
  }
}
