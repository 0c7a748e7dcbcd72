resource "aws_sagemaker_model" "scores" {
  name               = "scores"
  execution_role_arn = "arn:aws:iam::123456789012:role/model"
  primary_container {
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scores:1"
  }
}
