resource "aws_signer_signing_profile" "lambda" {
  name        = "release"
  platform_id = "AWSLambda-SHA384-ECDSA"
}

resource "aws_signer_signing_profile_permission" "lambda" {
  profile_name = aws_signer_signing_profile.lambda.name
  action       = "signer:StartSigningJob"
  principal    = "444455556666"
}
