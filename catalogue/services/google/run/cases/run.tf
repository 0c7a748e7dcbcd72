resource "google_cloud_run_v2_service" "good" {
  name    = "shop"
  ingress = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  binary_authorization {
    use_default = true
  }
  template {
    service_account = "shop@acme.iam.gserviceaccount.com"
    encryption_key  = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/run"
    scaling {
      max_instance_count = 10
    }
    vpc_access {
      egress = "ALL_TRAFFIC"
    }
    containers {
      image          = "europe-docker.pkg.dev/acme/shop/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      base_image_uri = "nodejs22"
      resources {
        limits = { memory = "512Mi" }
      }
    }
  }
}

resource "google_cloud_run_v2_service" "bad" {
  name                 = "open"
  deletion_protection  = false
  invoker_iam_disabled = true
  template {
    containers {
      image = "europe-docker.pkg.dev/acme/shop/web:latest"
      env {
        name  = "DB_PASSWORD"
        value = "Tr0ub4dor-and-3-more"
      }
    }
  }
}

resource "google_cloud_run_service" "good" {
  name = "old"
  metadata {
    annotations = {
      "run.googleapis.com/ingress" = "internal"
    }
  }
  template {
    spec {
      service_account_name = "shop@acme.iam.gserviceaccount.com"
      containers {
        image = "europe-docker.pkg.dev/acme/shop/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        resources {
          limits = { memory = "512Mi" }
        }
      }
    }
  }
}

resource "google_cloud_run_service" "bad" {
  name = "older"
  template {
    spec {
      containers {
        image = "gcr.io/acme/web:latest"
        env {
          name  = "API_TOKEN"
          value = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
        }
      }
    }
  }
}

resource "google_cloud_run_v2_job" "good" {
  name = "import"
  binary_authorization {
    use_default = true
  }
  template {
    template {
      service_account = "shop@acme.iam.gserviceaccount.com"
      encryption_key  = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/run"
      containers {
        image = "europe-docker.pkg.dev/acme/shop/import@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      }
    }
  }
}

resource "google_cloud_run_v2_job" "bad" {
  name                = "export"
  deletion_protection = false
  template {
    template {
      containers {
        image = "europe-docker.pkg.dev/acme/shop/export:latest"
        env {
          name  = "DB_PASSWORD"
          value = "Tr0ub4dor-and-3-more"
        }
      }
    }
  }
}

resource "google_cloud_run_v2_worker_pool" "good" {
  name = "workers"
  binary_authorization {
    use_default = true
  }
  template {
    service_account = "shop@acme.iam.gserviceaccount.com"
    encryption_key  = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/run"
    containers {
      image = "europe-docker.pkg.dev/acme/shop/work@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    }
  }
}

resource "google_cloud_run_v2_worker_pool" "bad" {
  name                = "workers-two"
  deletion_protection = false
  template {
    containers {
      image = "europe-docker.pkg.dev/acme/shop/work:latest"
      env {
        name  = "DB_PASSWORD"
        value = "Tr0ub4dor-and-3-more"
      }
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "good" {
  name = google_cloud_run_v2_service.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloud_run_v2_service_iam_binding" "good" {
  name = google_cloud_run_v2_service.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloud_run_v2_service_iam_policy" "good" {
  name = google_cloud_run_v2_service.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_cloud_run_service_iam_member" "good" {
  service = google_cloud_run_service.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloud_run_service_iam_binding" "good" {
  service = google_cloud_run_service.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloud_run_service_iam_policy" "good" {
  service = google_cloud_run_service.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_cloud_run_v2_job_iam_member" "good" {
  name = google_cloud_run_v2_job.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloud_run_v2_job_iam_binding" "good" {
  name = google_cloud_run_v2_job.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloud_run_v2_job_iam_policy" "good" {
  name = google_cloud_run_v2_job.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_cloud_run_v2_worker_pool_iam_member" "good" {
  name = google_cloud_run_v2_worker_pool.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloud_run_v2_worker_pool_iam_binding" "good" {
  name = google_cloud_run_v2_worker_pool.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloud_run_v2_worker_pool_iam_policy" "good" {
  name = google_cloud_run_v2_worker_pool.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
