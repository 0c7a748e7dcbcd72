resource "aws_opensearch_domain" "search" {
  domain_name    = "search"
  engine_version = "OpenSearch_2.17"
  vpc_options {
    subnet_ids         = ["subnet-0a1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}

resource "aws_sagemaker_notebook_instance" "lab" {
  name          = "lab"
  role_arn      = "arn:aws:iam::111122223333:role/lab"
  instance_type = "ml.t3.medium"
  subnet_id     = "subnet-0a1b2c3d"
}

resource "aws_sagemaker_model" "score" {
  name               = "score"
  execution_role_arn = "arn:aws:iam::111122223333:role/score"
  primary_container {
    image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/score:3"
  }
  vpc_config {
    subnets            = ["subnet-0a1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}
