variable "token" {
  type      = string
  sensitive = true
  nullable  = false
}

resource "aws_bedrockagentcore_agent_runtime" "good" {
  agent_runtime_name = "good"
  role_arn           = "arn:aws:iam::111122223333:role/agent"

  agent_runtime_artifact {
    container_configuration {
      container_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent:1"
    }
  }
  network_configuration {
    network_mode = "VPC"
    network_mode_config {
      subnets         = ["subnet-1"]
      security_groups = ["sg-1"]
    }
  }
}

resource "aws_bedrockagentcore_agent_runtime_endpoint" "good" {
  name             = "live"
  agent_runtime_id = aws_bedrockagentcore_agent_runtime.good.agent_runtime_id
}

resource "aws_bedrockagentcore_agent_runtime" "public" {
  agent_runtime_name = "public"
  role_arn           = "arn:aws:iam::111122223333:role/agent"

  agent_runtime_artifact {
    code_configuration {
      entry_point = ["main.py"]
      runtime     = "PYTHON_3_13"
    }
  }
  authorizer_configuration {
    custom_jwt_authorizer {
      discovery_url = "https://id.example.com/.well-known/openid-configuration"
    }
  }
  network_configuration {
    network_mode = "PUBLIC"
  }
}

resource "aws_bedrockagentcore_gateway" "good" {
  name            = "good"
  role_arn        = "arn:aws:iam::111122223333:role/gateway"
  authorizer_type = "AWS_IAM"
  protocol_type   = "MCP"
  kms_key_arn     = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_bedrockagentcore_gateway_target" "good" {
  gateway_identifier = aws_bedrockagentcore_gateway.good.gateway_id
  name               = "tools"
}

resource "aws_bedrockagentcore_gateway" "open" {
  name            = "open"
  role_arn        = "arn:aws:iam::111122223333:role/gateway"
  authorizer_type = "NONE"
  protocol_type   = "MCP"
}

resource "aws_bedrockagentcore_memory" "good" {
  name                  = "good"
  event_expiry_duration = 30
  encryption_key_arn    = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_bedrockagentcore_memory_strategy" "good" {
  memory_id  = aws_bedrockagentcore_memory.good.id
  name       = "facts"
  type       = "SEMANTIC"
  namespaces = ["default"]
}

resource "aws_bedrockagentcore_memory" "plain" {
  name                  = "plain"
  event_expiry_duration = 30
}

resource "aws_bedrockagentcore_browser" "inside" {
  name = "inside"
  network_configuration {
    network_mode = "VPC"
  }
}

resource "aws_bedrockagentcore_browser" "outside" {
  name = "outside"
  network_configuration {
    network_mode = "PUBLIC"
  }
}

resource "aws_bedrockagentcore_code_interpreter" "inside" {
  name = "inside"
  network_configuration {
    network_mode = "VPC"
  }
}

resource "aws_bedrockagentcore_code_interpreter" "outside" {
  name = "outside"
  network_configuration {
    network_mode = "PUBLIC"
  }
}

resource "aws_bedrockagentcore_api_key_credential_provider" "clear" {
  name    = "clear"
  api_key = var.token
}

resource "aws_bedrockagentcore_api_key_credential_provider" "sealed" {
  name               = "sealed"
  api_key_wo         = var.token
  api_key_wo_version = 1
}

resource "aws_bedrockagentcore_oauth2_credential_provider" "github" {
  name                       = "github"
  credential_provider_vendor = "GithubOauth2"
}

resource "aws_bedrockagentcore_token_vault_cmk" "own" {
  kms_configuration {
    key_type    = "CustomerManagedKey"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
}
