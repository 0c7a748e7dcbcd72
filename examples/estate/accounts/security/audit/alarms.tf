resource "aws_sns_topic" "security" {
  name              = "security-alarms"
  kms_master_key_id = aws_kms_key.trail.id
}

resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = aws_sns_topic.security.arn
  protocol  = "https"
  endpoint  = "https://events.pager.example/fernhill/security"
}

locals {
  # Sign-ins, keys, policies and the trail. Network changes were left out when
  # this was set up, and nobody came back to it.
  patterns = {
    unauthorised-calls = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }"
    sign-in-no-mfa     = "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") && ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") }"
    root-use           = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    sign-in-failure    = "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
    key-deletion       = "{ ($.eventSource = kms.amazonaws.com) && (($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion)) }"
    trail-change       = "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }"
    config-change      = "{ ($.eventSource = config.amazonaws.com) && (($.eventName = StopConfigurationRecorder) || ($.eventName = DeleteDeliveryChannel) || ($.eventName = PutDeliveryChannel) || ($.eventName = PutConfigurationRecorder)) }"
    # Only removal: somebody who attaches a policy is not noticed.
    iam-change = "{ ($.eventName = DeleteRolePolicy) || ($.eventName = DeleteUserPolicy) || ($.eventName = DetachRolePolicy) }"
  }
}

module "alarms" {
  source = "../../../modules/alarms"

  log_group = aws_cloudwatch_log_group.trail.name
  topic_arn = aws_sns_topic.security.arn
  patterns  = local.patterns
}
