resource "google_certificate_manager_certificate" "good" {
  name = "shop"
  managed {
    domains = ["shop.example.com"]
    dns_authorizations = [google_certificate_manager_dns_authorization.part.id]
  }
}

resource "google_certificate_manager_certificate" "bad" {
  name = "own"
  self_managed {
    pem_certificate = "-----BEGIN CERTIFICATE-----"
    pem_private_key = "-----BEGIN PRIVATE KEY-----"
  }
}

resource "google_privateca_ca_pool" "good" {
  name = "internal"
  tier = "ENTERPRISE"
  issuance_policy {
    maximum_lifetime = "2592000s"
  }
}

resource "google_privateca_ca_pool" "bad" {
  name = "lab"
  tier = "DEVOPS"
}

resource "google_privateca_certificate_authority" "good" {
  certificate_authority_id = "root"
  pool = google_privateca_ca_pool.good.name
  key_spec {
    cloud_kms_key_version = "projects/acme/locations/europe-west1/keyRings/ca/cryptoKeys/root/cryptoKeyVersions/1"
  }
}

resource "google_privateca_certificate_authority" "bad" {
  certificate_authority_id = "lab"
  pool = google_privateca_ca_pool.bad.name
  deletion_protection = false
  key_spec {
    algorithm = "EC_P256_SHA256"
  }
}

resource "google_privateca_certificate" "good" {
  name = "app"
  pool = google_privateca_ca_pool.good.name
  lifetime = "2592000s"
}

resource "google_privateca_certificate_template" "good" {
  name = "server"
}

resource "google_certificate_manager_dns_authorization" "part" {
  name   = "shop"
  domain = "shop.example.com"
}

resource "google_privateca_ca_pool_iam_member" "good" {
  ca_pool = google_privateca_ca_pool.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_privateca_ca_pool_iam_binding" "good" {
  ca_pool = google_privateca_ca_pool.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_privateca_ca_pool_iam_policy" "good" {
  ca_pool = google_privateca_ca_pool.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_privateca_certificate_template_iam_member" "good" {
  certificate_template = google_privateca_certificate_template.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_privateca_certificate_template_iam_binding" "good" {
  certificate_template = google_privateca_certificate_template.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_privateca_certificate_template_iam_policy" "good" {
  certificate_template = google_privateca_certificate_template.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
