resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = aws_iam_role.this.arn
  package_type  = var.image == null ? "Zip" : "Image"
  image_uri     = var.image
  runtime       = var.runtime
  handler       = var.image == null ? "main.handler" : null
  s3_bucket     = var.image == null ? var.bucket : null
  s3_key        = var.image == null ? "functions/${var.name}.zip" : null
  kms_key_arn   = var.key_arn
  timeout       = 30
  memory_size   = 512

  reserved_concurrent_executions = 50

  dynamic "environment" {
    for_each = length(var.environment) > 0 ? [var.environment] : []
    content {
      variables = environment.value
    }
  }

  dynamic "vpc_config" {
    for_each = var.network[*]
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  dynamic "dead_letter_config" {
    for_each = var.dead_letter_arn[*]
    content {
      target_arn = dead_letter_config.value
    }
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
  }
}

resource "aws_lambda_runtime_management_config" "this" {
  count = var.runtime_updates == null ? 0 : 1

  function_name       = aws_lambda_function.this.function_name
  update_runtime_on   = var.runtime_updates
  runtime_version_arn = var.runtime_updates == "Manual" ? var.runtime_version_arn : null
}

resource "aws_lambda_permission" "invoker" {
  count = var.invoker == null ? 0 : 1

  function_name = aws_lambda_function.this.function_name
  action        = "lambda:InvokeFunction"
  principal     = var.invoker.principal
  source_arn    = var.invoker.source_arn
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/function/${var.name}"
  retention_in_days = 365
  kms_key_id        = var.key_arn
}

resource "aws_iam_role" "this" {
  name = "function-${var.name}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambda${var.network == null ? "Basic" : "VPCAccess"}ExecutionRole"
}

data "aws_iam_policy_document" "code" {
  dynamic "statement" {
    for_each = var.statements
    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }
}

resource "aws_iam_role_policy" "code" {
  count = length(var.statements) > 0 ? 1 : 0

  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.code.json
}
