resource "tls_private_key" "strong" {
  algorithm = "ED25519"
}

resource "tls_private_key" "default" {
  algorithm = "RSA"
}

resource "tls_private_key" "weak" {
  algorithm = "RSA"
  rsa_bits  = 1024
}

resource "tls_self_signed_cert" "ca" {
  private_key_pem       = tls_private_key.strong.private_key_pem
  validity_period_hours = 24
  allowed_uses          = ["cert_signing"]
}

resource "tls_locally_signed_cert" "leaf" {
  cert_request_pem      = "pem"
  ca_private_key_pem    = tls_private_key.strong.private_key_pem
  ca_cert_pem           = tls_self_signed_cert.ca.cert_pem
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]
}

resource "random_password" "db" {
  length = 20
}
