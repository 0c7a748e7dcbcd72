resource "google_container_cluster" "good" {
  name                      = "prod"
  min_master_version        = "1.34"
  enable_shielded_nodes     = true
  enable_intranode_visibility = true
  deletion_protection       = true
  node_locations            = ["europe-west1-b", "europe-west1-c"]
  datapath_provider         = "ADVANCED_DATAPATH"
  release_channel {
    channel = "STABLE"
  }
  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
  }
  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "10.0.0.0/8"
    }
  }
  workload_identity_config {
    workload_pool = "acme.svc.id.goog"
  }
  database_encryption {
    state    = "ENCRYPTED"
    key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/gke"
  }
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }
  maintenance_policy {
    recurring_window {
      start_time = "2026-01-01T00:00:00Z"
      end_time   = "2026-01-01T04:00:00Z"
      recurrence = "FREQ=WEEKLY"
    }
  }
  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_BASIC"
  }
  remove_default_node_pool = true
}

resource "google_container_cluster" "bad" {
  name                = "lab"
  enable_legacy_abac  = true
  deletion_protection = false
  logging_service     = "none"
  monitoring_service  = "none"
  enable_shielded_nodes = false
  release_channel {
    channel = "UNSPECIFIED"
  }
  master_auth {
    client_certificate_config {
      issue_client_certificate = true
    }
  }
}

resource "google_container_cluster" "other" {
  name             = "autopilot"
  enable_autopilot = true
}

resource "google_container_cluster" "other1" {
  name = "public"
  location = "europe-west1"
  private_cluster_config {
    enable_private_endpoint = false
  }
}

resource "google_container_node_pool" "good" {
  name    = "apps"
  cluster = google_container_cluster.good.id
  version = "1.34"
  management {
    auto_upgrade = true
    auto_repair  = true
  }
  network_config {
    enable_private_nodes = true
  }
  node_config {
    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }
    image_type        = "COS_CONTAINERD"
    service_account   = "nodes@acme.iam.gserviceaccount.com"
    oauth_scopes      = ["https://www.googleapis.com/auth/logging.write"]
    boot_disk_kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/gke"
    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
    confidential_nodes {
      enabled = true
    }
  }
}

resource "google_container_node_pool" "bad" {
  name    = "old"
  cluster = google_container_cluster.bad.id
  management {
    auto_upgrade = false
    auto_repair  = false
  }
  network_config {
    enable_private_nodes = false
  }
  node_config {
    kubelet_config {
      insecure_kubelet_readonly_port_enabled = "TRUE"
    }
    oauth_scopes = ["cloud-platform"]
    metadata = {
      disable-legacy-endpoints = "false"
    }
    shielded_instance_config {
      enable_integrity_monitoring = false
    }
    workload_metadata_config {
      mode = "GCE_METADATA"
    }
  }
}

resource "google_gke_backup_backup_plan" "good" {
  name    = "daily"
  cluster = google_container_cluster.good.id
  retention_policy {
    backup_delete_lock_days = 7
    backup_retain_days      = 30
    locked                  = true
  }
  backup_config {
    all_namespaces = true
    encryption_key {
      gcp_kms_encryption_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/gke"
    }
  }
}

resource "google_gke_backup_backup_plan" "bad" {
  name    = "weekly"
  cluster = google_container_cluster.bad.id
}

resource "google_gke_hub_membership" "good" {
  membership_id = "prod"
  endpoint {
    gke_cluster {
      resource_link = google_container_cluster.good.id
    }
  }
}

resource "google_gke_hub_feature" "good" {
  name = "policycontroller"
}

resource "google_gke_hub_scope" "good" {
  scope_id = "shop"
}

resource "google_container_attached_cluster" "good" {
  name         = "eks"
  distribution = "eks"
  logging_config {
    component_config {
      enable_components = ["SYSTEM_COMPONENTS"]
    }
  }
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }
}

resource "google_container_attached_cluster" "bad" {
  name = "aks"
  distribution = "aks"
}

resource "google_gkeonprem_bare_metal_cluster" "good" {
  name = "plant"
  bare_metal_version = "1.33"
}

resource "google_gkeonprem_bare_metal_admin_cluster" "good" {
  name = "admin"
  bare_metal_version = "1.33"
}

resource "google_gkeonprem_vmware_cluster" "good" {
  name = "plant-vm"
  on_prem_version = "1.33"
}

resource "google_gkeonprem_vmware_admin_cluster" "good" {
  name = "admin-vm"
  on_prem_version = "1.33"
}

resource "google_gkeonprem_bare_metal_node_pool" "good" {
  name = "nodes"
  bare_metal_cluster = google_gkeonprem_bare_metal_cluster.good.name
}

resource "google_gkeonprem_vmware_node_pool" "good" {
  name = "nodes"
  vmware_cluster = google_gkeonprem_vmware_cluster.good.name
}

resource "google_gke_backup_backup_plan_iam_member" "good" {
  name = google_gke_backup_backup_plan.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_gke_backup_backup_plan_iam_binding" "good" {
  name = google_gke_backup_backup_plan.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_gke_backup_backup_plan_iam_policy" "good" {
  name = google_gke_backup_backup_plan.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_gke_hub_membership_iam_member" "good" {
  membership_id = google_gke_hub_membership.good.membership_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_gke_hub_membership_iam_binding" "good" {
  membership_id = google_gke_hub_membership.good.membership_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_gke_hub_membership_iam_policy" "good" {
  membership_id = google_gke_hub_membership.good.membership_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_gke_hub_feature_iam_member" "good" {
  name = google_gke_hub_feature.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_gke_hub_feature_iam_binding" "good" {
  name = google_gke_hub_feature.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_gke_hub_feature_iam_policy" "good" {
  name = google_gke_hub_feature.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_gke_hub_scope_iam_member" "good" {
  scope_id = google_gke_hub_scope.good.scope_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_gke_hub_scope_iam_binding" "good" {
  scope_id = google_gke_hub_scope.good.scope_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_gke_hub_scope_iam_policy" "good" {
  scope_id = google_gke_hub_scope.good.scope_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_container_cluster" "named" {
  name = "named"
  control_plane_endpoints_config {
    ip_endpoints_config {
      enabled = false
    }
  }
}
