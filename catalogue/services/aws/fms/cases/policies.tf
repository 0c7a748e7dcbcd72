resource "aws_fms_policy" "mends" {
  name                  = "mends"
  exclude_resource_tags = false
  remediation_enabled   = true
  resource_type         = "AWS::ElasticLoadBalancingV2::LoadBalancer"
  security_service_policy_data {
    type = "WAFV2"
  }
}

resource "aws_fms_policy" "watches" {
  name                  = "watches"
  exclude_resource_tags = false
  resource_type         = "AWS::EC2::SecurityGroup"
  security_service_policy_data {
    type = "SECURITY_GROUPS_USAGE_AUDIT"
  }
}
