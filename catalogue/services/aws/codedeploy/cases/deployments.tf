resource "aws_codedeploy_deployment_group" "web" {
  app_name              = "web"
  deployment_group_name = "prod"
  service_role_arn      = "arn:aws:iam::111122223333:role/deploy"
}

resource "aws_codeconnections_host" "inside" {
  name              = "inside"
  provider_endpoint = "https://git.example.com"
  provider_type     = "GitHubEnterpriseServer"

  vpc_configuration {
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_codeconnections_host" "outside" {
  name              = "outside"
  provider_endpoint = "https://git.example.com"
  provider_type     = "GitHubEnterpriseServer"
}

resource "aws_codestarconnections_host" "inside" {
  name              = "inside"
  provider_endpoint = "https://git.example.com"
  provider_type     = "GitHubEnterpriseServer"

  vpc_configuration {
    vpc_id             = "vpc-1"
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_codestarconnections_host" "outside" {
  name              = "outside"
  provider_endpoint = "https://git.example.com"
  provider_type     = "GitHubEnterpriseServer"
}
