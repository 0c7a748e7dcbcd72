resource "aws_lambda_function" "good" {
  function_name                  = "good"
  role                           = "arn:aws:iam::111122223333:role/good"
  handler                        = "app.main"
  runtime                        = "python3.13"
  filename                       = "app.zip"
  kms_key_arn                    = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  code_signing_config_arn        = aws_lambda_code_signing_config.strict.arn
  reserved_concurrent_executions = 20
  environment {
    variables = {
      STAGE = "prod"
    }
  }
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
  dead_letter_config {
    target_arn = "arn:aws:sqs:eu-west-1:111122223333:dead"
  }
  tracing_config {
    mode = "Active"
  }
}

resource "aws_lambda_function" "open" {
  function_name = "open"
  role          = "arn:aws:iam::111122223333:role/open"
  handler       = "index.handler"
  runtime       = "nodejs22.x"
  filename      = "app.zip"
  environment {
    variables = {
      AWS_SECRET_ACCESS_KEY = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw"
    }
  }
}

resource "aws_lambda_function_url" "open" {
  function_name      = aws_lambda_function.open.function_name
  authorization_type = "NONE"
  cors {
    allow_origins = ["*"]
  }
}

resource "aws_lambda_permission" "open" {
  function_name          = aws_lambda_function.open.function_name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_lambda_function" "frozen" {
  function_name = "frozen"
  role          = "arn:aws:iam::111122223333:role/frozen"
  handler       = "app.main"
  runtime       = "python3.13"
  filename      = "app.zip"
}

resource "aws_lambda_runtime_management_config" "frozen" {
  function_name       = aws_lambda_function.frozen.function_name
  update_runtime_on   = "Manual"
  runtime_version_arn = "arn:aws:lambda:eu-west-1::runtime:0123456789abcdef"
}

resource "aws_lambda_function_url" "frozen" {
  function_name      = aws_lambda_function.frozen.function_name
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_function_event_invoke_config" "frozen" {
  function_name = aws_lambda_function.frozen.function_name
  destination_config {
    on_failure {
      destination = "arn:aws:sqs:eu-west-1:111122223333:dead"
    }
  }
}

resource "aws_lambda_function" "on_change" {
  function_name = "on-change"
  role          = "arn:aws:iam::111122223333:role/on-change"
  handler       = "app.main"
  runtime       = "python3.13"
  filename      = "app.zip"
}

resource "aws_lambda_runtime_management_config" "on_change" {
  function_name     = aws_lambda_function.on_change.function_name
  update_runtime_on = "FunctionUpdate"
}

resource "aws_lambda_permission" "on_change" {
  function_name = aws_lambda_function.on_change.function_name
  action        = "lambda:InvokeFunction"
  principal     = "s3.amazonaws.com"
  source_arn    = "arn:aws:s3:::uploads"
}

resource "aws_lambda_event_source_mapping" "on_change" {
  function_name    = aws_lambda_function.on_change.arn
  event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:jobs"
}

resource "aws_lambda_function" "image" {
  function_name = "image"
  role          = "arn:aws:iam::111122223333:role/image"
  package_type  = "Image"
  image_uri     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

resource "aws_lambda_function" "image_by_tag" {
  function_name = "image-by-tag"
  role          = "arn:aws:iam::111122223333:role/image"
  package_type  = "Image"
  image_uri     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:latest"
}

resource "aws_lambda_function" "own_runtime" {
  function_name = "own-runtime"
  role          = "arn:aws:iam::111122223333:role/own"
  handler       = "bootstrap"
  runtime       = "provided.al2023"
  filename      = "app.zip"
}

resource "aws_lambda_function" "variable" {
  function_name = "variable"
  role          = "arn:aws:iam::111122223333:role/variable"
  handler       = "app.main"
  runtime       = var.runtime
  filename      = "app.zip"
}

resource "aws_lambda_function" "retired" {
  function_name = "retired"
  role          = "arn:aws:iam::111122223333:role/retired"
  handler       = "app.main"
  runtime       = "python3.8"
  filename      = "app.zip"
}

variable "runtime" {
  type = string
}

resource "aws_lambda_code_signing_config" "strict" {
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:eu-west-1:111122223333:/signing-profiles/app/0123456789"]
  }
  policies {
    untrusted_artifact_on_deployment = "Enforce"
  }
}

resource "aws_lambda_code_signing_config" "lax" {
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:eu-west-1:111122223333:/signing-profiles/app/0123456789"]
  }
}

resource "aws_lambda_layer_version" "shared" {
  layer_name = "shared"
  filename   = "layer.zip"
}

resource "aws_lambda_layer_version_permission" "everyone" {
  layer_name     = aws_lambda_layer_version.shared.layer_name
  version_number = 1
  statement_id   = "all"
  action         = "lambda:GetLayerVersion"
  principal      = "*"
}

resource "aws_lambda_layer_version" "partner" {
  layer_name = "partner"
  filename   = "layer.zip"
}

resource "aws_lambda_layer_version_permission" "partner" {
  layer_name     = aws_lambda_layer_version.partner.layer_name
  version_number = 1
  statement_id   = "partner"
  action         = "lambda:GetLayerVersion"
  principal      = "444455556666"
}

resource "aws_lambda_capacity_provider" "own_key" {
  name        = "own-key"
  kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}

resource "aws_lambda_capacity_provider" "plain" {
  name = "plain"
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}

resource "aws_lambda_function" "aliased" {
  function_name = "aliased"
  role          = "arn:aws:iam::111122223333:role/aliased"
  runtime       = "python3.13"
  handler       = "main.handler"
  filename      = "aliased.zip"
}

resource "aws_lambda_alias" "live" {
  function_name    = aws_lambda_function.aliased.function_name
  name             = "live"
  function_version = "1"
}

resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_alias.live.arn
  authorization_type = "AWS_IAM"
}
