resource "google_vertex_ai_endpoint" "good" {
  name = "1"
  display_name = "price"
  network = "projects/1/global/networks/main"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  predict_request_response_logging_config {
    enabled = true
  }
}

resource "google_vertex_ai_endpoint" "bad" {
  name = "2"
  display_name = "lab"
}

resource "google_vertex_ai_endpoint_with_model_garden_deployment" "good" {
  publisher_model_name = "publishers/google/models/gemma"
}

resource "google_vertex_ai_dataset" "good" {
  display_name = "images"
  metadata_schema_uri = "gs://x"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_vertex_ai_dataset" "bad" {
  display_name = "lab"
  metadata_schema_uri = "gs://x"
}

resource "google_vertex_ai_featurestore" "good" {
  name = "features"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_vertex_ai_featurestore" "bad" {
  name = "lab"
}

resource "google_vertex_ai_featurestore_entitytype" "good" {
  name = "customer"
  featurestore = google_vertex_ai_featurestore.good.id
}

resource "google_vertex_ai_feature_online_store" "good" {
  name = "online"
}

resource "google_vertex_ai_feature_online_store_featureview" "good" {
  name = "view"
  feature_online_store = google_vertex_ai_feature_online_store.good.name
}

resource "google_vertex_ai_feature_group" "good" {
  name = "group"
}

resource "google_vertex_ai_index" "good" {
  display_name = "vectors"
}

resource "google_vertex_ai_index_endpoint" "good" {
  display_name = "vectors"
}

resource "google_vertex_ai_index_endpoint" "bad" {
  display_name = "lab"
  public_endpoint_enabled = true
}

resource "google_vertex_ai_metadata_store" "good" {
  name = "default"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_vertex_ai_metadata_store" "bad" {
  name = "lab"
}

resource "google_vertex_ai_tensorboard" "good" {
  display_name = "training"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_vertex_ai_tensorboard" "bad" {
  display_name = "lab"
}

resource "google_workbench_instance" "good" {
  name = "research"
  gce_setup {
    disable_public_ip = true
    boot_disk {
      kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
    }
    service_accounts {
      email = "research@acme.iam.gserviceaccount.com"
    }
    shielded_instance_config {
      enable_secure_boot = true
    }
    confidential_instance_config {
      confidential_instance_type = "SEV"
    }
  }
}

resource "google_workbench_instance" "bad" {
  name = "lab"
  gce_setup {
    enable_ip_forwarding = true
    shielded_instance_config {
      enable_integrity_monitoring = false
    }
    container_image {
      repository = "gcr.io/acme/notebook"
    }
    metadata = { api_token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a" }
  }
}

resource "google_notebooks_instance" "good" {
  name = "old"
  no_public_ip = true
  service_account = "research@acme.iam.gserviceaccount.com"
  disk_encryption = "CMEK"
  kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  metadata = { notebook-disable-root = "true" }
  shielded_instance_config {
    enable_secure_boot = true
  }
}

resource "google_notebooks_instance" "bad" {
  name = "older"
  metadata = { api_token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a" }
  shielded_instance_config {
    enable_integrity_monitoring = false
  }
}

resource "google_notebooks_runtime" "good" {
  name = "managed"
  virtual_machine {
    virtual_machine_config {
      internal_ip_only = true
      encryption_config {
        kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
      }
    }
  }
}

resource "google_notebooks_runtime" "bad" {
  name = "managed-lab"
}

resource "google_colab_runtime_template" "good" {
  display_name = "colab"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
  shielded_vm_config {
    enable_secure_boot = true
  }
}

resource "google_colab_runtime_template" "bad" {
  display_name = "lab"
  network_spec {
    enable_internet_access = true
  }
}

resource "google_ml_engine_model" "good" {
  name = "legacy"
  online_prediction_logging = true
}

resource "google_ml_engine_model" "bad" {
  name = "older"
}

resource "google_tpu_v2_vm" "good" {
  name = "tpu"
  runtime_version = "tpu-vm-tf-2.13.0"
  service_account {
    email = "train@acme.iam.gserviceaccount.com"
  }
  shielded_instance_config {
    enable_secure_boot = true
  }
}

resource "google_tpu_v2_vm" "bad" {
  name = "lab"
  runtime_version = "tpu-vm-tf-2.13.0"
  network_config {
    enable_external_ips = true
    can_ip_forward = true
  }
}

resource "google_vertex_ai_endpoint_iam_member" "good" {
  endpoint = google_vertex_ai_endpoint.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_vertex_ai_endpoint_iam_binding" "good" {
  endpoint = google_vertex_ai_endpoint.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_vertex_ai_endpoint_iam_policy" "good" {
  endpoint = google_vertex_ai_endpoint.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_vertex_ai_featurestore_iam_member" "good" {
  featurestore = google_vertex_ai_featurestore.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_vertex_ai_featurestore_iam_binding" "good" {
  featurestore = google_vertex_ai_featurestore.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_vertex_ai_featurestore_iam_policy" "good" {
  featurestore = google_vertex_ai_featurestore.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_vertex_ai_featurestore_entitytype_iam_member" "good" {
  entitytype = google_vertex_ai_featurestore_entitytype.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_vertex_ai_featurestore_entitytype_iam_binding" "good" {
  entitytype = google_vertex_ai_featurestore_entitytype.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_vertex_ai_featurestore_entitytype_iam_policy" "good" {
  entitytype = google_vertex_ai_featurestore_entitytype.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_vertex_ai_feature_online_store_iam_member" "good" {
  feature_online_store = google_vertex_ai_feature_online_store.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_vertex_ai_feature_online_store_iam_binding" "good" {
  feature_online_store = google_vertex_ai_feature_online_store.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_vertex_ai_feature_online_store_iam_policy" "good" {
  feature_online_store = google_vertex_ai_feature_online_store.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_vertex_ai_feature_online_store_featureview_iam_member" "good" {
  feature_online_store = google_vertex_ai_feature_online_store_featureview.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_vertex_ai_feature_online_store_featureview_iam_binding" "good" {
  feature_online_store = google_vertex_ai_feature_online_store_featureview.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_vertex_ai_feature_online_store_featureview_iam_policy" "good" {
  feature_online_store = google_vertex_ai_feature_online_store_featureview.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_vertex_ai_feature_group_iam_member" "good" {
  feature_group = google_vertex_ai_feature_group.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_vertex_ai_feature_group_iam_binding" "good" {
  feature_group = google_vertex_ai_feature_group.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_vertex_ai_feature_group_iam_policy" "good" {
  feature_group = google_vertex_ai_feature_group.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_workbench_instance_iam_member" "good" {
  name = google_workbench_instance.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_workbench_instance_iam_binding" "good" {
  name = google_workbench_instance.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_workbench_instance_iam_policy" "good" {
  name = google_workbench_instance.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_notebooks_instance_iam_member" "good" {
  instance_name = google_notebooks_instance.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_notebooks_instance_iam_binding" "good" {
  instance_name = google_notebooks_instance.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_notebooks_instance_iam_policy" "good" {
  instance_name = google_notebooks_instance.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_notebooks_runtime_iam_member" "good" {
  runtime_name = google_notebooks_runtime.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_notebooks_runtime_iam_binding" "good" {
  runtime_name = google_notebooks_runtime.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_notebooks_runtime_iam_policy" "good" {
  runtime_name = google_notebooks_runtime.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_colab_runtime_template_iam_member" "good" {
  runtime_template = google_colab_runtime_template.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_colab_runtime_template_iam_binding" "good" {
  runtime_template = google_colab_runtime_template.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_colab_runtime_template_iam_policy" "good" {
  runtime_template = google_colab_runtime_template.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
