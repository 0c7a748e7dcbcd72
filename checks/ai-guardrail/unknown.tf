variable "guardrails" {
  type = list(object({
    guardrail_identifier = string
    guardrail_version    = string
  }))
}

resource "aws_bedrockagent_agent" "support" {
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "anthropic.claude-3-5-sonnet-20240620-v1:0"
  guardrail_configuration = var.guardrails
}
