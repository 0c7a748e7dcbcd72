resource "aws_ssmincidents_replication_set" "good" {
  region {
    name        = "eu-west-1"
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/1234"
  }
  region {
    name        = "eu-central-1"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234"
  }
}

resource "aws_ssmincidents_replication_set" "plain" {
  region {
    name = "eu-west-1"
  }
}

resource "aws_ssmincidents_response_plan" "loud" {
  name        = "loud"
  engagements = ["arn:aws:ssm-contacts:eu-west-1:111122223333:contact/oncall"]
  incident_template {
    title  = "down"
    impact = 1
  }
}

resource "aws_ssmincidents_response_plan" "silent" {
  name = "silent"
  incident_template {
    title  = "down"
    impact = 1
  }
}
