variable "secret_key" {
  type = string
}

provider "aws" {
  region     = "eu-west-1"
  profile    = "deploy"
  secret_key = var.secret_key
  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/deploy"
  }
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
