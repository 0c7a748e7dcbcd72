variable "secret" {
  type      = string
  sensitive = true
}

resource "aws_codepipeline" "good" {
  name     = "good"
  role_arn = "arn:aws:iam::111122223333:role/pipeline"

  artifact_store {
    location = "artifacts"
    type     = "S3"
    encryption_key {
      id   = "arn:aws:kms:eu-west-1:111122223333:key/1234"
      type = "KMS"
    }
  }
  stage {
    name = "Source"
    action {
      name     = "Source"
      category = "Source"
      owner    = "AWS"
      provider = "CodeStarSourceConnection"
      version  = "1"
      configuration = {
        FullRepositoryId = "example/app"
        BranchName       = "main"
      }
    }
  }
}

resource "aws_codepipeline_webhook" "good" {
  name            = "good"
  authentication  = "GITHUB_HMAC"
  target_action   = "Source"
  target_pipeline = aws_codepipeline.good.name

  authentication_configuration {
    secret_token = var.secret
  }
  filter {
    json_path    = "$.ref"
    match_equals = "refs/heads/main"
  }
}

resource "aws_codepipeline" "plain" {
  name     = "plain"
  role_arn = "arn:aws:iam::111122223333:role/pipeline"

  artifact_store {
    location = "artifacts"
    type     = "S3"
  }
  stage {
    name = "Source"
    action {
      name     = "Source"
      category = "Source"
      owner    = "AWS"
      provider = "S3"
      version  = "1"
    }
  }
}

resource "aws_codepipeline_webhook" "plain" {
  name            = "plain"
  authentication  = "UNAUTHENTICATED"
  target_action   = "Source"
  target_pipeline = aws_codepipeline.plain.name

  filter {
    json_path    = "$.ref"
    match_equals = "refs/heads/main"
  }
}
