resource "aws_cloudformation_stack" "network" {
  name          = "network"
  template_body = "{\"Resources\":{}}"
  parameters = {
    Name = "main"
  }
}

resource "aws_cloudformation_stack_set" "baseline" {
  name          = "baseline"
  template_body = "{\"Resources\":{}}"
}

resource "aws_cloudcontrolapi_resource" "raw" {
  type_name     = "AWS::ECS::Cluster"
  desired_state = "{\"ClusterName\":\"main\"}"
}

resource "aws_serverlessapplicationrepository_cloudformation_stack" "rotator" {
  name           = "rotator"
  application_id = "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSPostgreSQLRotationSingleUser"
  capabilities   = ["CAPABILITY_IAM"]
  parameters = {
    functionName = "rotate"
  }
}
