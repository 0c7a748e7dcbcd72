resource "aws_elastic_beanstalk_environment" "managed" {
  name                = "managed"
  application         = "app"
  solution_stack_name = "64bit Amazon Linux 2023 v6.1.0 running Node.js 22"
  setting {
    namespace = "aws:elasticbeanstalk:managedactions"
    name      = "ManagedActionsEnabled"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:healthreporting:system"
    name      = "SystemType"
    value     = "enhanced"
  }
  setting {
    namespace = "aws:elasticbeanstalk:cloudwatch:logs"
    name      = "StreamLogs"
    value     = "true"
  }
  setting {
    namespace = "aws:elbv2:loadbalancer"
    name      = "AccessLogsS3Enabled"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:xray"
    name      = "XRayEnabled"
    value     = "true"
  }
  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "DisableIMDSv1"
    value     = "true"
  }
  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "IamInstanceProfile"
    value     = "web"
  }
  setting {
    namespace = "aws:ec2:vpc"
    name      = "ELBScheme"
    value     = "internal"
  }
  setting {
    namespace = "aws:ec2:vpc"
    name      = "AssociatePublicIpAddress"
    value     = "false"
  }
  setting {
    namespace = "aws:elbv2:listener:default"
    name      = "ListenerEnabled"
    value     = "false"
  }
  setting {
    namespace = "aws:elbv2:listener:443"
    name      = "Protocol"
    value     = "HTTPS"
  }
}

resource "aws_elastic_beanstalk_environment" "careless" {
  name                = "careless"
  application         = "app"
  solution_stack_name = "64bit Amazon Linux 2023 v6.1.0 running Node.js 22"
  setting {
    namespace = "aws:autoscaling:launchconfiguration"
    name      = "DisableIMDSv1"
    value     = "false"
  }
  setting {
    namespace = "aws:ec2:vpc"
    name      = "AssociatePublicIpAddress"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "AWS_SECRET_ACCESS_KEY"
    value     = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"
  }
}

resource "aws_elastic_beanstalk_environment" "variable" {
  name                = "variable"
  application         = "app"
  solution_stack_name = "64bit Amazon Linux 2023 v6.1.0 running Node.js 22"
  setting {
    namespace = "aws:elasticbeanstalk:managedactions"
    name      = "ManagedActionsEnabled"
    value     = var.managed
  }
}

variable "managed" {
  type = string
}

resource "aws_elastic_beanstalk_configuration_template" "base" {
  name        = "base"
  application = "app"
  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "STAGE"
    value     = "prod"
  }
}
