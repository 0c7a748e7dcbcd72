resource "aws_appflow_flow" "good" {
  name    = "crm"
  kms_arn = "arn:aws:kms:eu-central-1:111122223333:key/1"
  destination_flow_config {
    connector_type = "S3"
    destination_connector_properties {
      s3 {
        bucket_name = "acme-lake"
      }
    }
  }
}

resource "aws_appflow_flow" "bare" {
  name = "bare"
}

resource "aws_appflow_connector_profile" "private" {
  name            = "crm"
  connection_mode = "Private"
  connector_type  = "Salesforce"
  kms_arn         = "arn:aws:kms:eu-central-1:111122223333:key/1"
  connector_profile_config {
    connector_profile_credentials {
      salesforce {
        client_credentials_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm"
      }
    }
    connector_profile_properties {
      salesforce {
        instance_url = "https://acme.my.salesforce.com"
      }
    }
  }
}

resource "aws_appflow_connector_profile" "public" {
  name            = "crm-public"
  connection_mode = "Public"
  connector_type  = "Salesforce"
  connector_profile_config {
    connector_profile_credentials {
      salesforce {
        client_credentials_arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm"
      }
    }
    connector_profile_properties {
      salesforce {}
    }
  }
}
