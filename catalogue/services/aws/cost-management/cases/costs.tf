resource "aws_budgets_budget_action" "stop" {
  budget_name        = "monthly"
  action_type        = "APPLY_IAM_POLICY"
  approval_model     = "AUTOMATIC"
  notification_type  = "ACTUAL"
  execution_role_arn = "arn:aws:iam::111122223333:role/budget"

  action_threshold {
    action_threshold_type  = "PERCENTAGE"
    action_threshold_value = 100
  }
  definition {
    iam_action_definition {
      policy_arn = "arn:aws:iam::aws:policy/AWSDenyAll"
      roles      = ["ci"]
    }
  }
  subscriber {
    address           = "desk@example.com"
    subscription_type = "EMAIL"
  }
}

resource "aws_cur_report_definition" "hourly" {
  report_name                = "hourly"
  time_unit                  = "HOURLY"
  format                     = "textORcsv"
  compression                = "GZIP"
  additional_schema_elements = ["RESOURCES"]
  s3_bucket                  = "bills"
  s3_prefix                  = "cur"
  s3_region                  = "us-east-1"
}

resource "aws_bcmdataexports_export" "daily" {
  export {
    name = "daily"
  }
}
