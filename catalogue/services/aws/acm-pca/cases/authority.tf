resource "aws_acmpca_certificate_authority" "root" {
  type                            = "ROOT"
  permanent_deletion_time_in_days = 7

  certificate_authority_configuration {
    key_algorithm     = "EC_prime256v1"
    signing_algorithm = "SHA256WITHECDSA"
    subject {
      common_name = "example.com"
    }
  }
}

resource "aws_acmpca_policy" "root" {
  resource_arn = aws_acmpca_certificate_authority.root.arn
  policy       = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}

resource "aws_acmpca_certificate_authority_certificate" "root" {
  certificate_authority_arn = aws_acmpca_certificate_authority.root.arn
  certificate               = "pem"
}

resource "aws_acmpca_certificate_authority" "weak" {
  enabled = false

  certificate_authority_configuration {
    key_algorithm     = "RSA_1024"
    signing_algorithm = "SHA256WITHRSA"
    subject {
      common_name = "example.org"
    }
  }
}

resource "aws_acmpca_certificate" "leaf" {
  certificate_authority_arn   = aws_acmpca_certificate_authority.root.arn
  certificate_signing_request = "csr"
  signing_algorithm           = "SHA256WITHECDSA"

  validity {
    type  = "YEARS"
    value = 1
  }
}
