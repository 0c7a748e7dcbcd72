resource "aws_lambda_function" "resize" {
  function_name           = "resize"
  role                    = "arn:aws:iam::111122223333:role/resize"
  filename                = "resize.zip"
  handler                 = "index.handler"
  runtime                 = "nodejs22.x"
  code_signing_config_arn = aws_lambda_code_signing_config.release.arn
}

resource "aws_lambda_code_signing_config" "release" {
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:eu-central-1:111122223333:/signing-profiles/release/1"]
  }
  policies {
    untrusted_artifact_on_deployment = "Enforce"
  }
}

# Signed in the registry instead.
resource "aws_lambda_function" "other_image" {
  function_name = "render"
  role          = "arn:aws:iam::111122223333:role/render"
  package_type  = "Image"
  image_uri     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/render@sha256:0f2a0a2b5b1f9a0c9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a3928"
}
