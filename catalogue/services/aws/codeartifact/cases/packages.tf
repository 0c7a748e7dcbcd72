resource "aws_codeartifact_domain" "good" {
  domain         = "good"
  encryption_key = aws_kms_key.packages.arn
}

resource "aws_kms_key" "packages" {
}

resource "aws_codeartifact_domain_permissions_policy" "good" {
  domain          = aws_codeartifact_domain.good.domain
  policy_document = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_codeartifact_domain" "plain" {
  domain = "plain"
}

resource "aws_codeartifact_repository" "npm" {
  domain     = aws_codeartifact_domain.good.domain
  repository = "npm"
}

resource "aws_codeartifact_repository_permissions_policy" "npm" {
  domain          = aws_codeartifact_domain.good.domain
  repository      = aws_codeartifact_repository.npm.repository
  policy_document = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}
