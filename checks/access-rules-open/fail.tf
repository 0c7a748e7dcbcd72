resource "google_firebaserules_ruleset" "main" {
  source {
    files {
      name    = "firestore.rules"
      content = "service cloud.firestore { match /databases/{d}/documents { match /{x=**} { allow read, write: if true; } } }"
    }
  }
}
