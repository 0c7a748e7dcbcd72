resource "aws_auditmanager_account_registration" "good" {
  kms_key = "arn:aws:kms:eu-west-1:111122223333:key/1234"
}

resource "aws_auditmanager_account_registration" "plain" {
}

resource "aws_auditmanager_assessment" "soc2" {
  name         = "soc2"
  framework_id = "abc"

  assessment_reports_destination {
    destination      = "s3://audit-reports"
    destination_type = "S3"
  }
}

resource "aws_auditmanager_organization_admin_account_registration" "security" {
  admin_account_id = "444455556666"
}
