# What Fernhill does with models: an assistant, forecasts and a data scientist.

resource "aws_kms_key" "insight" {
  description         = "Forecast data"
  enable_key_rotation = true
}

resource "aws_bedrockagent_agent" "gardener" {
  agent_name                  = "gardener"
  agent_resource_role_arn     = aws_iam_role.gardener.arn
  foundation_model            = "amazon.nova-pro-v1:0"
  instruction                 = "Answer questions about plants. Decline medical questions about eating them."
  customer_encryption_key_arn = aws_kms_key.insight.arn

  guardrail_configuration {
    guardrail_identifier = aws_bedrock_guardrail.gardener.guardrail_id
    guardrail_version    = "DRAFT"
  }
}

# Made for a fair, with nothing between it and the model.
resource "aws_bedrockagent_agent" "fair" {
  agent_name              = "fair-demo"
  agent_resource_role_arn = aws_iam_role.gardener.arn
  foundation_model        = "amazon.nova-lite-v1:0"
  instruction             = "Recommend products of the shop to whoever asks for a gift."
}

resource "aws_bedrock_guardrail" "gardener" {
  name                      = "gardener"
  blocked_input_messaging   = "I can only talk about plants."
  blocked_outputs_messaging = "I can only talk about plants."

  content_policy_config {
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
}

resource "aws_iam_role" "gardener" {
  name = "gardener"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "bedrock.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "777788889999" } }
    }]
  })
}

resource "aws_iam_role_policy" "gardener" {
  role = aws_iam_role.gardener.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "bedrock:InvokeModel"
      Resource = "arn:aws:bedrock:eu-west-1::foundation-model/*"
    }]
  })
}

resource "aws_sagemaker_notebook_instance" "forecast" {
  name                   = "forecast"
  role_arn               = aws_iam_role.science.arn
  instance_type          = "ml.t3.medium"
  platform_identifier    = "notebook-al2-v2"
  direct_internet_access = "Enabled"
  root_access            = "Enabled"
  kms_key_id             = aws_kms_key.insight.id
}

resource "aws_sagemaker_model" "forecast" {
  name                     = "forecast"
  execution_role_arn       = aws_iam_role.science.arn
  enable_network_isolation = true

  primary_container {
    image          = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    model_data_url = "s3://fernhill-production-forecast/model.tar.gz"
  }
}

resource "aws_sagemaker_endpoint_configuration" "forecast" {
  name        = "forecast"
  kms_key_arn = aws_kms_key.insight.arn

  production_variants {
    variant_name           = "main"
    model_name             = aws_sagemaker_model.forecast.name
    initial_instance_count = 1
    instance_type          = "ml.m5.large"
  }
}

resource "aws_iam_role" "science" {
  name = "data-science"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "science" {
  for_each = toset(["AmazonSageMakerFullAccess", "AmazonS3FullAccess"])

  role       = aws_iam_role.science.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}
