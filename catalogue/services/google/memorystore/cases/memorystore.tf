resource "google_redis_instance" "good" {
  name = "sessions"
  memory_size_gb = 1
  tier = "STANDARD_HA"
  redis_version = "REDIS_7_2"
  auth_enabled = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  customer_managed_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  persistence_config {
    persistence_mode = "RDB"
  }
  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
    }
  }
}

resource "google_redis_instance" "bad" {
  name = "lab"
  memory_size_gb = 1
}

resource "google_redis_cluster" "good" {
  name = "cluster"
  shard_count = 3
  kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  authorization_mode = "AUTH_MODE_IAM_AUTH"
  transit_encryption_mode = "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"
  automated_backup_config {
    retention = "604800s"
  }
  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
    }
  }
}

resource "google_redis_cluster" "bad" {
  name = "cluster-lab"
  shard_count = 1
  deletion_protection_enabled = false
  zone_distribution_config {
    mode = "SINGLE_ZONE"
  }
}

resource "google_memorystore_instance" "good" {
  instance_id = "valkey"
  shard_count = 3
  engine_version = "VALKEY_8_0"
  kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  authorization_mode = "IAM_AUTH"
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  automated_backup_config {
    retention = "604800s"
  }
}

resource "google_memorystore_instance" "bad" {
  instance_id = "valkey-lab"
  shard_count = 1
  deletion_protection_enabled = false
  zone_distribution_config {
    mode = "SINGLE_ZONE"
  }
}

resource "google_memcache_instance" "good" {
  name = "pages"
  node_count = 2
  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
    }
  }
}

resource "google_memcache_instance" "bad" {
  name = "pages-lab"
  node_count = 1
}
