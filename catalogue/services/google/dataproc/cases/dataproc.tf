resource "google_dataproc_cluster" "good" {
  name = "spark"
  cluster_config {
    encryption_config {
      kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    }
    gce_cluster_config {
      internal_ip_only = true
      service_account = "spark@acme.iam.gserviceaccount.com"
      shielded_instance_config {
        enable_secure_boot = true
        enable_integrity_monitoring = true
      }
      confidential_instance_config {
        enable_confidential_compute = true
      }
    }
    software_config {
      image_version = "2.2.50-debian12"
    }
    security_config {
      kerberos_config {
        enable_kerberos = true
      }
    }
  }
}

resource "google_dataproc_cluster" "bad" {
  name = "lab"
  cluster_config {
    gce_cluster_config {
      internal_ip_only = false
      shielded_instance_config {
        enable_integrity_monitoring = false
      }
    }
    master_config {
      image_uri = "projects/acme/global/images/spark"
    }
  }
}

resource "google_dataproc_batch" "good" {
  batch_id = "nightly"
  environment_config {
    execution_config {
      service_account = "spark@acme.iam.gserviceaccount.com"
      kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    }
  }
}

resource "google_dataproc_batch" "bad" {
  batch_id = "lab"
}

resource "google_dataproc_session_template" "good" {
  name = "notebook"
  environment_config {
    execution_config {
      kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    }
  }
}

resource "google_dataproc_session_template" "bad" {
  name = "lab"
}

resource "google_dataproc_metastore_service" "good" {
  service_id = "hive"
  deletion_protection = true
  encryption_config {
    kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  scheduled_backup {
    enabled = true
  }
  maintenance_window {
    hour_of_day = 3
    day_of_week = "SUNDAY"
  }
}

resource "google_dataproc_metastore_service" "bad" {
  service_id = "lab"
}

resource "google_dataproc_metastore_federation" "good" {
  federation_id = "all"
}

resource "google_dataproc_autoscaling_policy" "good" {
  policy_id = "spot"
}

resource "google_dataproc_job" "good" {
  placement {
    cluster_name = google_dataproc_cluster.good.name
  }
}

resource "google_dataproc_workflow_template" "good" {
  name = "nightly"
}

resource "google_dataproc_cluster_iam_member" "good" {
  cluster = google_dataproc_cluster.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataproc_cluster_iam_binding" "good" {
  cluster = google_dataproc_cluster.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataproc_cluster_iam_policy" "good" {
  cluster = google_dataproc_cluster.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataproc_metastore_service_iam_member" "good" {
  service_id = google_dataproc_metastore_service.good.service_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataproc_metastore_service_iam_binding" "good" {
  service_id = google_dataproc_metastore_service.good.service_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataproc_metastore_service_iam_policy" "good" {
  service_id = google_dataproc_metastore_service.good.service_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataproc_metastore_federation_iam_member" "good" {
  federation_id = google_dataproc_metastore_federation.good.federation_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataproc_metastore_federation_iam_binding" "good" {
  federation_id = google_dataproc_metastore_federation.good.federation_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataproc_metastore_federation_iam_policy" "good" {
  federation_id = google_dataproc_metastore_federation.good.federation_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataproc_autoscaling_policy_iam_member" "good" {
  policy_id = google_dataproc_autoscaling_policy.good.policy_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataproc_autoscaling_policy_iam_binding" "good" {
  policy_id = google_dataproc_autoscaling_policy.good.policy_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataproc_autoscaling_policy_iam_policy" "good" {
  policy_id = google_dataproc_autoscaling_policy.good.policy_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataproc_job_iam_member" "good" {
  job_id = google_dataproc_job.good.id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataproc_job_iam_binding" "good" {
  job_id = google_dataproc_job.good.id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataproc_job_iam_policy" "good" {
  job_id = google_dataproc_job.good.id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
