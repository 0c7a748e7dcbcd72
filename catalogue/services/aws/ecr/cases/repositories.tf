resource "aws_ecr_repository" "good" {
  name                 = "good"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
}

resource "aws_ecr_lifecycle_policy" "good" {
  repository = aws_ecr_repository.good.name
  policy     = jsonencode({ rules = [] })
}

resource "aws_ecr_repository" "plain" {
  name = "plain"
}

resource "aws_ecr_repository_policy" "plain" {
  repository = aws_ecr_repository.plain.name
  policy     = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "ecr:BatchGetImage" }] })
}

resource "aws_ecrpublic_repository" "open" {
  repository_name = "open"
}

resource "aws_ecrpublic_repository_policy" "open" {
  repository_name = aws_ecrpublic_repository.open.repository_name
  policy          = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Action = "ecr-public:PutImage" }] })
}

resource "aws_ecr_repository_creation_template" "good" {
  prefix               = "team"
  applied_for          = ["PULL_THROUGH_CACHE"]
  image_tag_mutability = "IMMUTABLE"
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  repository_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_ecr_repository_creation_template" "plain" {
  prefix      = "ROOT"
  applied_for = ["PULL_THROUGH_CACHE"]
}
