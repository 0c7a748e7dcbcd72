resource "google_cloudbuild_trigger" "good" {
  name = "shop"
  filename = "cloudbuild.yaml"
  service_account = google_service_account.build.id
  approval_config {
    approval_required = true
  }
}

resource "google_cloudbuild_trigger" "bad" {
  name = "lab"
  build {
    step {
      name = "gcr.io/cloud-builders/docker"
      env  = ["DB_PASSWORD=Tr0ub4dor-and-3-more"]
    }
  }
}

resource "google_cloudbuild_worker_pool" "good" {
  name = "private"
  network_config {
    peered_network = "projects/acme/global/networks/main"
  }
  worker_config {
    no_external_ip = true
  }
}

resource "google_cloudbuild_worker_pool" "bad" {
  name = "open"
}

resource "google_cloudbuildv2_connection" "good" {
  name = "github"
  github_config {
    app_installation_id = 123
  }
}

resource "google_clouddeploy_delivery_pipeline" "good" {
  name = "shop"
  serial_pipeline {
    stages {
      target_id = google_clouddeploy_target.good.name
    }
  }
}

resource "google_clouddeploy_target" "good" {
  name = "prod"
  require_approval = true
  execution_configs {
    usages = ["DEPLOY"]
    service_account = "deploy@acme.iam.gserviceaccount.com"
  }
}

resource "google_clouddeploy_target" "bad" {
  name = "dev"
}

resource "google_clouddeploy_custom_target_type" "good" {
  name = "terraform"
}

resource "google_sourcerepo_repository" "good" {
  name = "shop"
}

resource "google_secure_source_manager_instance" "good" {
  instance_id = "code"
  kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  private_config {
    is_private = true
  }
}

resource "google_secure_source_manager_instance" "bad" {
  instance_id = "open"
  deletion_policy = "DELETE"
}

resource "google_secure_source_manager_repository" "good" {
  repository_id = "shop"
  instance = google_secure_source_manager_instance.good.name
}

resource "google_developer_connect_connection" "good" {
  connection_id = "github"
  github_config {
    github_app = "DEVELOPER_CONNECT"
  }
}

resource "google_secure_source_manager_branch_rule" "part" {
  branch_rule_id = "main"
  repository_id = google_secure_source_manager_repository.good.repository_id
  minimum_approvals_count = 1
}

resource "google_service_account" "build" {
  account_id = "build"
}

resource "google_secure_source_manager_repository" "bad" {
  repository_id = "lab"
}

resource "google_secure_source_manager_branch_rule" "bad" {
  branch_rule_id = "main"
  repository_id  = google_secure_source_manager_repository.bad.repository_id
}

resource "google_cloudbuildv2_connection_iam_member" "good" {
  name = google_cloudbuildv2_connection.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_cloudbuildv2_connection_iam_binding" "good" {
  name = google_cloudbuildv2_connection.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_cloudbuildv2_connection_iam_policy" "good" {
  name = google_cloudbuildv2_connection.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_clouddeploy_delivery_pipeline_iam_member" "good" {
  name = google_clouddeploy_delivery_pipeline.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_clouddeploy_delivery_pipeline_iam_binding" "good" {
  name = google_clouddeploy_delivery_pipeline.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_clouddeploy_delivery_pipeline_iam_policy" "good" {
  name = google_clouddeploy_delivery_pipeline.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_clouddeploy_target_iam_member" "good" {
  name = google_clouddeploy_target.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_clouddeploy_target_iam_binding" "good" {
  name = google_clouddeploy_target.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_clouddeploy_target_iam_policy" "good" {
  name = google_clouddeploy_target.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_clouddeploy_custom_target_type_iam_member" "good" {
  name = google_clouddeploy_custom_target_type.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_clouddeploy_custom_target_type_iam_binding" "good" {
  name = google_clouddeploy_custom_target_type.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_clouddeploy_custom_target_type_iam_policy" "good" {
  name = google_clouddeploy_custom_target_type.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_sourcerepo_repository_iam_member" "good" {
  repository = google_sourcerepo_repository.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_sourcerepo_repository_iam_binding" "good" {
  repository = google_sourcerepo_repository.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_sourcerepo_repository_iam_policy" "good" {
  repository = google_sourcerepo_repository.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_secure_source_manager_instance_iam_member" "good" {
  instance_id = google_secure_source_manager_instance.good.instance_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_secure_source_manager_instance_iam_binding" "good" {
  instance_id = google_secure_source_manager_instance.good.instance_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_secure_source_manager_instance_iam_policy" "good" {
  instance_id = google_secure_source_manager_instance.good.instance_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_secure_source_manager_repository_iam_member" "good" {
  repository_id = google_secure_source_manager_repository.good.repository_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_secure_source_manager_repository_iam_binding" "good" {
  repository_id = google_secure_source_manager_repository.good.repository_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_secure_source_manager_repository_iam_policy" "good" {
  repository_id = google_secure_source_manager_repository.good.repository_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
