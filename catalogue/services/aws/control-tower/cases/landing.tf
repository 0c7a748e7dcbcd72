resource "aws_controltower_landing_zone" "good" {
  version = "3.3"
  manifest_json = jsonencode({
    centralizedLogging = {
      configurations = { kmsKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/1234" }
    }
  })
}

resource "aws_controltower_landing_zone" "plain" {
  version       = "3.3"
  manifest_json = jsonencode({ governedRegions = ["eu-west-1"] })
}
