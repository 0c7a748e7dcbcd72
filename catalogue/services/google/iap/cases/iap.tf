resource "google_iap_tunnel_dest_group" "good" {
  group_name = "office"
  cidrs = ["10.0.0.0/8"]
}

resource "google_iap_settings" "good" {
  name = "projects/1/iap_web/compute"
  access_settings {
    workforce_identity_settings {
      oauth2 {
        client_id = "demarc"
        client_secret = "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"
      }
    }
  }
}

resource "google_iap_settings" "bad" {
  name = "projects/1/iap_web"
}

resource "google_iap_client" "good" {
  display_name = "proxy"
  brand = "projects/1/brands/1"
}

resource "google_iap_tunnel_dest_group_iam_member" "good" {
  dest_group = google_iap_tunnel_dest_group.good.group_name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_iap_tunnel_dest_group_iam_binding" "good" {
  dest_group = google_iap_tunnel_dest_group.good.group_name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_iap_tunnel_dest_group_iam_policy" "good" {
  dest_group = google_iap_tunnel_dest_group.good.group_name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
