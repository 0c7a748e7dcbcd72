resource "google_compute_disk" "good" {
  name                           = "good"
  create_snapshot_before_destroy = true
  disk_encryption_key {
    kms_key_self_link = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
  }
}

resource "google_compute_disk" "bad" {
  name = "bad"
}

resource "google_compute_region_disk" "good" {
  name                           = "good"
  create_snapshot_before_destroy = true
  disk_encryption_key {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
  }
}

resource "google_compute_region_disk" "bad" {
  name = "bad"
}

resource "google_compute_resource_policy" "daily" {
  name = "daily"
  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "03:00"
      }
    }
    retention_policy {
      max_retention_days = 14
    }
  }
}

resource "google_compute_disk_resource_policy_attachment" "good" {
  name = google_compute_resource_policy.daily.name
  disk = google_compute_disk.good.name
}

resource "google_compute_region_disk_resource_policy_attachment" "good" {
  name = google_compute_resource_policy.daily.name
  disk = google_compute_region_disk.good.name
}

resource "google_compute_disk_async_replication" "good" {
  primary_disk = google_compute_disk.good.id
  secondary_disk {
    disk = "projects/acme/zones/europe-west4-a/disks/copy"
  }
}

resource "google_compute_storage_pool" "good" {
  name = "pool"
}

resource "google_compute_storage_pool" "bad" {
  name                = "pool-two"
  deletion_protection = false
}

resource "google_compute_snapshot" "good" {
  name        = "good"
  source_disk = google_compute_disk.good.id
  snapshot_encryption_key {
    kms_key_self_link = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
  }
}

resource "google_compute_snapshot" "bad" {
  name        = "bad"
  source_disk = google_compute_disk.bad.id
}

resource "google_compute_instant_snapshot" "now" {
  name        = "now"
  source_disk = google_compute_disk.good.id
}

resource "google_compute_image" "good" {
  name        = "golden"
  source_disk = google_compute_disk.good.id
  image_encryption_key {
    kms_key_self_link = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
  }
}

resource "google_compute_image" "bad" {
  name         = "old"
  source_image = "debian-cloud/debian-11"
}

resource "google_compute_machine_image" "good" {
  name            = "copy"
  source_instance = "projects/acme/zones/europe-west1-b/instances/app"
  machine_image_encryption_key {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/disks"
  }
}

resource "google_compute_machine_image" "bad" {
  name            = "copy-two"
  source_instance = "projects/acme/zones/europe-west1-b/instances/app"
}

resource "google_compute_disk_iam_member" "good" {
  name = google_compute_disk.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_disk_iam_binding" "good" {
  name = google_compute_disk.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_disk_iam_policy" "good" {
  name = google_compute_disk.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_region_disk_iam_member" "good" {
  name = google_compute_region_disk.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_region_disk_iam_binding" "good" {
  name = google_compute_region_disk.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_region_disk_iam_policy" "good" {
  name = google_compute_region_disk.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_storage_pool_iam_member" "good" {
  name = google_compute_storage_pool.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_storage_pool_iam_binding" "good" {
  name = google_compute_storage_pool.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_storage_pool_iam_policy" "good" {
  name = google_compute_storage_pool.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_snapshot_iam_member" "good" {
  name = google_compute_snapshot.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_snapshot_iam_binding" "good" {
  name = google_compute_snapshot.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_snapshot_iam_policy" "good" {
  name = google_compute_snapshot.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_instant_snapshot_iam_member" "now" {
  name = google_compute_instant_snapshot.now.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_instant_snapshot_iam_binding" "now" {
  name = google_compute_instant_snapshot.now.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_instant_snapshot_iam_policy" "now" {
  name = google_compute_instant_snapshot.now.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_image_iam_member" "good" {
  image = google_compute_image.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_image_iam_binding" "good" {
  image = google_compute_image.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_image_iam_policy" "good" {
  image = google_compute_image.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_machine_image_iam_member" "good" {
  machine_image = google_compute_machine_image.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_machine_image_iam_binding" "good" {
  machine_image = google_compute_machine_image.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_machine_image_iam_policy" "good" {
  machine_image = google_compute_machine_image.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
