resource "google_compute_instance_group_manager" "good" {
  name               = "app"
  base_instance_name = "app"
  version {
    instance_template = google_compute_instance_template.app.id
  }
  auto_healing_policies {
    health_check      = "projects/acme/global/healthChecks/app"
    initial_delay_sec = 60
  }
  update_policy {
    type           = "PROACTIVE"
    minimal_action = "REPLACE"
  }
}

resource "google_compute_instance_group_manager" "bad" {
  name               = "web"
  base_instance_name = "web"
  version {
    instance_template = google_compute_instance_template.app.id
  }
}

resource "google_compute_region_instance_group_manager" "good" {
  name               = "app"
  base_instance_name = "app"
  version {
    instance_template = google_compute_instance_template.app.id
  }
  auto_healing_policies {
    health_check      = "projects/acme/global/healthChecks/app"
    initial_delay_sec = 60
  }
  update_policy {
    type           = "PROACTIVE"
    minimal_action = "REPLACE"
  }
}

resource "google_compute_region_instance_group_manager" "bad" {
  name               = "web"
  base_instance_name = "web"
  version {
    instance_template = google_compute_instance_template.app.id
  }
}

resource "google_compute_instance_template" "app" {
  name = "app"
}

resource "google_compute_instance_group" "plain" {
  name      = "plain"
  instances = [google_compute_instance.plain.id]
}

resource "google_compute_instance" "plain" {
  name = "plain"
}

resource "google_compute_node_group" "sole" {
  name          = "sole"
  node_template = "projects/acme/regions/europe-west1/nodeTemplates/sole"
}

resource "google_os_config_patch_deployment" "all" {
  patch_deployment_id = "all"
  instance_filter {
    all = true
  }
}

resource "google_os_config_patch_deployment" "web" {
  patch_deployment_id = "web"
  instance_filter {
    group_labels {
      labels = { tier = "web" }
    }
    instances = [google_compute_instance.plain.id]
  }
}

resource "google_compute_instance_iam_member" "plain" {
  instance_name = google_compute_instance.plain.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_instance_iam_binding" "plain" {
  instance_name = google_compute_instance.plain.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_instance_iam_policy" "plain" {
  instance_name = google_compute_instance.plain.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_compute_instance_template_iam_member" "app" {
  name = google_compute_instance_template.app.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_compute_instance_template_iam_binding" "app" {
  name = google_compute_instance_template.app.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_compute_instance_template_iam_policy" "app" {
  name = google_compute_instance_template.app.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
