resource "google_netapp_volume" "good" {
  name = "share"
  share_name = "share"
  capacity_gib = 100
  protocols = ["SMB"]
  smb_settings = ["ENCRYPT_DATA"]
  restricted_actions = ["DELETE"]
  backup_config {
    scheduled_backup_enabled = true
  }
  snapshot_policy {
    enabled = true
  }
}

resource "google_netapp_volume" "bad" {
  name = "lab"
  share_name = "lab"
  capacity_gib = 100
  protocols = ["NFSV3"]
}

resource "google_netapp_storage_pool" "good" {
  name = "pool"
  service_level = "PREMIUM"
  capacity_gib = 2048
  network = "main"
  kms_config = google_netapp_kmsconfig.good.id
}

resource "google_netapp_storage_pool" "bad" {
  name = "pool-lab"
  service_level = "FLEX"
  capacity_gib = 2048
  network = "main"
}

resource "google_netapp_kmsconfig" "good" {
  name = "keys"
  crypto_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_netapp_active_directory" "good" {
  name = "ad"
  domain = "ad.example.com"
  dns = "10.0.0.2"
  net_bios_prefix = "smb"
  username = "join"
  password = "Tr0ub4dor-and-3-more"
  encrypt_dc_connections = true
}

resource "google_netapp_active_directory" "bad" {
  name = "ad-lab"
  domain = "lab.example.com"
  dns = "10.0.0.2"
  net_bios_prefix = "smb"
  username = "join"
  password = "Tr0ub4dor-and-3-more"
}

resource "google_netapp_backup_vault" "good" {
  name = "vault"
}

resource "google_netapp_backup" "good" {
  name = "before"
  vault_name = google_netapp_backup_vault.good.name
  source_volume = google_netapp_volume.good.id
}

resource "google_netapp_backup_policy" "good" {
  name = "daily"
  daily_backup_limit = 7
}

resource "google_netapp_volume_snapshot" "good" {
  name = "now"
  volume_name = google_netapp_volume.good.name
}

resource "google_netapp_volume_replication" "part" {
  name = "copy"
  volume_name = google_netapp_volume.good.name
  replication_schedule = "HOURLY"
}
