resource "google_storage_bucket" "good" {
  name                        = "acme-orders"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  versioning {
    enabled = true
  }
  encryption {
    default_kms_key_name = "projects/acme/locations/eu/keyRings/data/cryptoKeys/orders"
  }
  logging {
    log_bucket = google_storage_bucket.other.name
  }
  retention_policy {
    is_locked        = true
    retention_period = 2592000
  }
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }
}

resource "google_storage_bucket" "other" {
  name          = "acme-logs"
  location      = "europe-west1"
  force_destroy = true
  soft_delete_policy {
    retention_duration_seconds = 0
  }
  cors {
    origin = ["*"]
    method = ["GET"]
  }
  ip_filter {
    mode = "Enabled"
    public_network_source {
      allowed_ip_cidr_ranges = ["203.0.113.0/24"]
    }
  }
}

resource "google_storage_bucket" "open" {
  name     = "acme-web"
  location = "europe-west1"
}

resource "google_storage_bucket_iam_member" "world" {
  bucket = google_storage_bucket.open.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_storage_bucket" "acl" {
  name     = "acme-old"
  location = "europe-west1"
}

resource "google_storage_bucket_acl" "acl" {
  bucket      = google_storage_bucket.acl.name
  role_entity = ["WRITER:allUsers"]
}

resource "google_storage_bucket" "predefined" {
  name     = "acme-older"
  location = "europe-west1"
}

resource "google_storage_bucket_acl" "predefined" {
  bucket         = google_storage_bucket.predefined.name
  predefined_acl = "publicRead"
}

resource "google_storage_bucket" "defaults" {
  name     = "acme-defaults"
  location = "europe-west1"
}

resource "google_storage_default_object_acl" "defaults" {
  bucket      = google_storage_bucket.defaults.name
  role_entity = ["READER:allAuthenticatedUsers"]
}

resource "google_storage_bucket" "granted" {
  name     = "acme-granted"
  location = "europe-west1"
}

resource "google_storage_bucket_access_control" "granted" {
  bucket = google_storage_bucket.granted.name
  role   = "OWNER"
  entity = "allUsers"
}

resource "google_storage_bucket" "objects" {
  name     = "acme-objects"
  location = "europe-west1"
}

resource "google_storage_default_object_access_control" "objects" {
  bucket = google_storage_bucket.objects.name
  role   = "READER"
  entity = "allUsers"
}

resource "google_storage_bucket" "one" {
  name     = "acme-one"
  location = "europe-west1"
}

resource "google_storage_object_access_control" "one" {
  bucket = google_storage_bucket.one.name
  object = "price-list.pdf"
  role   = "READER"
  entity = "allUsers"
}

resource "google_storage_bucket" "two" {
  name     = "acme-two"
  location = "europe-west1"
}

resource "google_storage_object_acl" "two" {
  bucket         = google_storage_bucket.two.name
  object         = "price-list.pdf"
  predefined_acl = "publicRead"
}

resource "google_storage_notification" "good" {
  bucket         = google_storage_bucket.good.name
  payload_format = "JSON_API_V1"
  topic          = "projects/acme/topics/orders"
}

resource "google_storage_bucket_iam_binding" "writers" {
  bucket  = google_storage_bucket.other.name
  role    = "roles/storage.objectCreator"
  members = ["serviceAccount:app@acme.iam.gserviceaccount.com"]
}

resource "google_storage_bucket_iam_policy" "good" {
  bucket      = google_storage_bucket.good.name
  policy_data = data.google_iam_policy.good.policy_data
}

data "google_iam_policy" "good" {
  binding {
    role    = "roles/storage.objectViewer"
    members = ["group:readers@example.com"]
    condition {
      title      = "public part"
      expression = "resource.name.startsWith('projects/_/buckets/acme-orders/objects/public/')"
    }
  }
}
