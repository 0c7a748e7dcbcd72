resource "google_managed_kafka_cluster" "good" {
  cluster_id = "events"
  gcp_config {
    kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    access_config {
      network_configs {
        subnet = "projects/acme/regions/europe-west1/subnetworks/apps"
      }
    }
  }
}

resource "google_managed_kafka_cluster" "bad" {
  cluster_id = "lab"
}

resource "google_managed_kafka_topic" "good" {
  topic_id = "orders"
  cluster = google_managed_kafka_cluster.good.cluster_id
  partition_count = 3
  replication_factor = 3
}

resource "google_managed_kafka_connect_cluster" "good" {
  connect_cluster_id = "copy"
  kafka_cluster = google_managed_kafka_cluster.good.id
}
