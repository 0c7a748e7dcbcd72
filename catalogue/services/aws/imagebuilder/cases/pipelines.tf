resource "aws_imagebuilder_image_pipeline" "monthly" {
  name                             = "monthly"
  image_recipe_arn                 = aws_imagebuilder_image_recipe.encrypted.arn
  infrastructure_configuration_arn = aws_imagebuilder_infrastructure_configuration.good.arn
  schedule {
    schedule_expression = "cron(0 0 1 * ? *)"
  }
  image_scanning_configuration {
    image_scanning_enabled = true
  }
}

resource "aws_imagebuilder_image_pipeline" "by_hand" {
  name                             = "by-hand"
  image_recipe_arn                 = aws_imagebuilder_image_recipe.plain.arn
  infrastructure_configuration_arn = aws_imagebuilder_infrastructure_configuration.bad.arn
}

resource "aws_imagebuilder_image" "scanned" {
  image_recipe_arn                 = aws_imagebuilder_image_recipe.encrypted.arn
  infrastructure_configuration_arn = aws_imagebuilder_infrastructure_configuration.good.arn
  image_scanning_configuration {
    image_scanning_enabled = true
  }
}

resource "aws_imagebuilder_image" "plain" {
  image_recipe_arn                 = aws_imagebuilder_image_recipe.plain.arn
  infrastructure_configuration_arn = aws_imagebuilder_infrastructure_configuration.bad.arn
}

resource "aws_imagebuilder_image_recipe" "encrypted" {
  name         = "encrypted"
  version      = "1.0.0"
  parent_image = "arn:aws:imagebuilder:eu-west-1:aws:image/amazon-linux-2023-x86/x.x.x"
  component {
    component_arn = aws_imagebuilder_component.own_key.arn
  }
  block_device_mapping {
    device_name = "/dev/xvda"
    ebs {
      encrypted  = true
      kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

resource "aws_imagebuilder_image_recipe" "plain" {
  name         = "plain"
  version      = "1.0.0"
  parent_image = "ami-0123456789abcdef0"
  component {
    component_arn = aws_imagebuilder_component.plain.arn
  }
}

resource "aws_imagebuilder_container_recipe" "own_key" {
  name                     = "own-key"
  version                  = "1.0.0"
  container_type           = "DOCKER"
  parent_image             = "amazonlinux@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  kms_key_id               = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  dockerfile_template_data = "FROM {{{ imagebuilder:parentImage }}}"
  component {
    component_arn = aws_imagebuilder_component.own_key.arn
  }
  target_repository {
    repository_name = "base"
    service         = "ECR"
  }
}

resource "aws_imagebuilder_container_recipe" "plain" {
  name           = "plain"
  version        = "1.0.0"
  container_type = "DOCKER"
  parent_image   = "amazonlinux:latest"
  component {
    component_arn = aws_imagebuilder_component.plain.arn
  }
  target_repository {
    repository_name = "base"
    service         = "ECR"
  }
}

resource "aws_imagebuilder_infrastructure_configuration" "good" {
  name                  = "good"
  instance_profile_name = "builder"
  instance_metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  logging {
    s3_logs {
      s3_bucket_name = "build-logs"
    }
  }
}

resource "aws_imagebuilder_infrastructure_configuration" "bad" {
  name                  = "bad"
  instance_profile_name = "builder"
  instance_metadata_options {
    http_tokens = "optional"
  }
}

resource "aws_imagebuilder_distribution_configuration" "public" {
  name = "public"
  distribution {
    region = "eu-west-1"
    ami_distribution_configuration {
      launch_permission {
        user_groups = ["all"]
      }
    }
  }
}

resource "aws_imagebuilder_distribution_configuration" "shared" {
  name = "shared"
  distribution {
    region = "eu-west-1"
    ami_distribution_configuration {
      kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      launch_permission {
        user_ids = ["444455556666"]
      }
    }
  }
}

resource "aws_imagebuilder_component" "own_key" {
  name       = "own-key"
  platform   = "Linux"
  version    = "1.0.0"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  data       = "schemaVersion: 1.0"
}

resource "aws_imagebuilder_component" "plain" {
  name     = "plain"
  platform = "Linux"
  version  = "1.0.0"
  data     = "export AWS_SECRET_ACCESS_KEY=Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"
}

resource "aws_imagebuilder_workflow" "own_key" {
  name       = "own-key"
  type       = "BUILD"
  version    = "1.0.0"
  kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  data       = "schemaVersion: 1.0"
}

resource "aws_imagebuilder_workflow" "plain" {
  name    = "plain"
  type    = "BUILD"
  version = "1.0.0"
  data    = "schemaVersion: 1.0"
}
