resource "aws_bedrock_guardrail" "good" {
  name                      = "good"
  blocked_input_messaging   = "no"
  blocked_outputs_messaging = "no"
  kms_key_arn               = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_bedrock_guardrail" "plain" {
  name                      = "plain"
  blocked_input_messaging   = "no"
  blocked_outputs_messaging = "no"
}

resource "aws_bedrockagent_agent" "good" {
  agent_name                  = "good"
  agent_resource_role_arn     = "arn:aws:iam::111122223333:role/agent"
  foundation_model            = "anthropic.claude-v2"
  customer_encryption_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"

  guardrail_configuration {
    guardrail_identifier = aws_bedrock_guardrail.good.guardrail_id
    guardrail_version    = "1"
  }
}

resource "aws_bedrockagent_agent_action_group" "good" {
  agent_id          = aws_bedrockagent_agent.good.agent_id
  agent_version     = "DRAFT"
  action_group_name = "tools"
}

resource "aws_bedrockagent_agent_alias" "good" {
  agent_id         = aws_bedrockagent_agent.good.agent_id
  agent_alias_name = "live"
}

resource "aws_bedrockagent_agent_collaborator" "good" {
  agent_id                  = aws_bedrockagent_agent.good.agent_id
  collaborator_name         = "helper"
  collaboration_instruction = "help"
}

resource "aws_bedrockagent_agent_knowledge_base_association" "good" {
  agent_id             = aws_bedrockagent_agent.good.agent_id
  knowledge_base_id    = aws_bedrockagent_knowledge_base.docs.id
  knowledge_base_state = "ENABLED"
  description          = "docs"
}

resource "aws_bedrockagent_agent" "plain" {
  agent_name              = "plain"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-v2"
}

resource "aws_bedrockagent_knowledge_base" "docs" {
  name     = "docs"
  role_arn = "arn:aws:iam::111122223333:role/docs"
}

resource "aws_bedrockagent_data_source" "docs" {
  knowledge_base_id = aws_bedrockagent_knowledge_base.docs.id
  name              = "bucket"

  server_side_encryption_configuration {
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}

resource "aws_bedrockagent_knowledge_base" "plain" {
  name     = "plain"
  role_arn = "arn:aws:iam::111122223333:role/docs"
}

resource "aws_bedrockagent_data_source" "plain" {
  knowledge_base_id = aws_bedrockagent_knowledge_base.plain.id
  name              = "bucket"
}

resource "aws_bedrockagent_flow" "good" {
  name                        = "good"
  execution_role_arn          = "arn:aws:iam::111122223333:role/flow"
  customer_encryption_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_bedrockagent_flow" "plain" {
  name               = "plain"
  execution_role_arn = "arn:aws:iam::111122223333:role/flow"
}

resource "aws_bedrockagent_prompt" "good" {
  name                        = "good"
  customer_encryption_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_bedrockagent_prompt" "plain" {
  name = "plain"
}

resource "aws_bedrock_custom_model" "good" {
  custom_model_name       = "good"
  job_name                = "good"
  base_model_identifier   = "amazon.titan-text-express-v1"
  role_arn                = "arn:aws:iam::111122223333:role/train"
  custom_model_kms_key_id = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  hyperparameters = {
    epochCount = "1"
  }

  vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_bedrock_custom_model" "plain" {
  custom_model_name     = "plain"
  job_name              = "plain"
  base_model_identifier = "amazon.titan-text-express-v1"
  role_arn              = "arn:aws:iam::111122223333:role/train"
  hyperparameters = {
    epochCount = "1"
  }
}

resource "aws_bedrock_model_invocation_logging_configuration" "this" {
  logging_config {
    embedding_data_delivery_enabled = true
    s3_config {
      bucket_name = "invocations"
    }
  }
}
