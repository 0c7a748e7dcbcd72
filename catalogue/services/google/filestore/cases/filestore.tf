resource "google_filestore_instance" "good" {
  name = "share"
  tier = "ENTERPRISE"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  deletion_protection_enabled = true
  file_shares {
    name = "share"
    capacity_gb = 1024
    nfs_export_options {
      ip_ranges = ["10.0.0.0/24"]
    }
  }
  networks {
    network = "main"
    modes = ["MODE_IPV4"]
  }
}

resource "google_filestore_instance" "bad" {
  name = "lab"
  tier = "BASIC_HDD"
  file_shares {
    name = "share"
    capacity_gb = 1024
  }
}

resource "google_filestore_backup" "good" {
  name = "before"
  source_instance = google_filestore_instance.good.id
  source_file_share = "share"
}

resource "google_filestore_snapshot" "good" {
  name = "now"
  instance = google_filestore_instance.good.name
}

resource "google_parallelstore_instance" "good" {
  instance_id = "scratch"
  capacity_gib = 12000
}

resource "google_lustre_instance" "good" {
  instance_id = "hpc"
  capacity_gib = 18000
  network = "main"
  filesystem = "hpc"
}
