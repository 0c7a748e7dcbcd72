resource "aws_rolesanywhere_trust_anchor" "on" {
  name    = "on"
  enabled = true

  source {
    source_type = "AWS_ACM_PCA"
    source_data {
      acm_pca_arn = "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1"
    }
  }
}

resource "aws_rolesanywhere_trust_anchor" "off" {
  name    = "off"
  enabled = false

  source {
    source_type = "CERTIFICATE_BUNDLE"
    source_data {
      x509_certificate_data = "pem"
    }
  }
}

resource "aws_rolesanywhere_profile" "servers" {
  name           = "servers"
  role_arns      = ["arn:aws:iam::111122223333:role/server"]
  session_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
}
