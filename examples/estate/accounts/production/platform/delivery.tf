# Images are built here, in a project whose webhook anybody's pull request can start.
resource "aws_codebuild_project" "images" {
  name                   = "images"
  service_role           = aws_iam_role.build.arn
  concurrent_build_limit = 4

  artifacts {
    type = "NO_ARTIFACTS"
  }

  environment {
    compute_type    = "BUILD_GENERAL1_MEDIUM"
    image           = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    type            = "LINUX_CONTAINER"
    privileged_mode = true

    environment_variable {
      name  = "REGISTRY_PASSWORD"
      value = "fernhill-example-not-a-password"
    }
  }

  source {
    type     = "GITHUB"
    location = "https://github.com/fernhill/images.git"
  }
}

resource "aws_codebuild_webhook" "images" {
  project_name = aws_codebuild_project.images.name

  filter_group {
    filter {
      type    = "EVENT"
      pattern = "PUSH, PULL_REQUEST_CREATED"
    }
  }
}

resource "aws_iam_role" "build" {
  name = "build-images"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codebuild.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "build" {
  role = aws_iam_role.build.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["ecr:*", "logs:*"], Resource = "*" },
      { Effect = "Allow", Action = ["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"], Resource = "*" },
    ]
  })
}

# Two environments of the same platform; one keeps itself patched.
resource "aws_elastic_beanstalk_application" "portal" {
  name = "supplier-portal"
}

resource "aws_elastic_beanstalk_environment" "portal" {
  for_each = {
    portal = { managed = true }
    old    = { managed = false }
  }

  name                = "supplier-${each.key}"
  application         = aws_elastic_beanstalk_application.portal.name
  solution_stack_name = "64bit Amazon Linux 2023 v6.6.1 running Node.js 22"

  dynamic "setting" {
    for_each = merge(
      {
        "aws:ec2:vpc/VPCId"                                 = module.network.vpc_id
        "aws:ec2:vpc/Subnets"                               = join(",", module.network.private_subnet_ids)
        "aws:autoscaling:launchconfiguration/DisableIMDSv1" = tostring(each.value.managed)
      },
      each.value.managed ? {
        "aws:elasticbeanstalk:managedactions/ManagedActionsEnabled"        = "true"
        "aws:elasticbeanstalk:managedactions/PreferredStartTime"           = "Sun:03:00"
        "aws:elasticbeanstalk:managedactions/ServiceRoleForManagedUpdates" = "AWSServiceRoleForElasticBeanstalkManagedUpdates"
      } : {},
    )
    content {
      namespace = split("/", setting.key)[0]
      name      = split("/", setting.key)[1]
      value     = setting.value
    }
  }
}
