resource "google_storage_bucket" "lake" {
  name     = "acme-lake"
  location = "europe-west1"
}

resource "google_storage_managed_folder" "raw" {
  bucket = google_storage_bucket.lake.name
  name   = "raw/"
}

resource "google_storage_transfer_job" "aws" {
  description = "from AWS"
  transfer_spec {
    aws_s3_data_source {
      bucket_name = "acme-orders"
      aws_access_key {
        access_key_id     = "AKIAXXXXXXXXXXXXXXXX"
        secret_access_key = "Tr0ub4dor-and-3-more"
      }
    }
    gcs_data_sink {
      bucket_name = google_storage_bucket.lake.name
    }
  }
}

resource "google_storage_transfer_job" "role" {
  description = "from AWS by role"
  transfer_spec {
    aws_s3_data_source {
      bucket_name = "acme-orders"
      role_arn    = "arn:aws:iam::111122223333:role/transfer"
    }
    gcs_data_sink {
      bucket_name = google_storage_bucket.lake.name
    }
  }
}

resource "google_storage_managed_folder_iam_member" "raw" {
  managed_folder = google_storage_managed_folder.raw.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_storage_managed_folder_iam_binding" "raw" {
  managed_folder = google_storage_managed_folder.raw.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_storage_managed_folder_iam_policy" "raw" {
  managed_folder = google_storage_managed_folder.raw.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
