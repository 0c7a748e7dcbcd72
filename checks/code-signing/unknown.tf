variable "untrusted" {
  type = string
}

resource "aws_lambda_code_signing_config" "release" {
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:eu-central-1:111122223333:/signing-profiles/release/1"]
  }
  policies {
    untrusted_artifact_on_deployment = var.untrusted
  }
}
