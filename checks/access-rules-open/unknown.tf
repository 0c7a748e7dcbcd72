variable "rules" {
  type = string
}

resource "google_firebaserules_ruleset" "main" {
  source {
    files {
      name    = "firestore.rules"
      content = var.rules
    }
  }
}
