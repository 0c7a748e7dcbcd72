terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}

provider "aws" {
  region = "eu-central-1"

  assume_role {
    role_arn = "arn:aws:iam::777788889999:role/deploy"
  }

  default_tags {
    tags = {
      environment = "production"
      team        = "shop"
      managed-by  = "terraform"
    }
  }
}
