resource "google_backup_dr_backup_vault" "good" {
  backup_vault_id = "vault"
  backup_minimum_enforced_retention_duration = "604800s"
}

resource "google_backup_dr_backup_vault" "bad" {
  backup_vault_id = "open"
}

resource "google_backup_dr_backup_plan" "good" {
  backup_plan_id = "daily"
  backup_vault = google_backup_dr_backup_vault.good.id
  resource_type = "compute.googleapis.com/Instance"
  backup_rules {
    rule_id = "daily"
    backup_retention_days = 30
  }
}

resource "google_backup_dr_management_server" "good" {
  name = "console"
  type = "BACKUP_RESTORE"
}

resource "google_backup_dr_backup_plan_association" "part" {
  backup_plan = google_backup_dr_backup_plan.good.id
  backup_plan_association_id = "app"
  resource = "projects/acme/zones/europe-west1-b/instances/app"
  resource_type = "compute.googleapis.com/Instance"
}
