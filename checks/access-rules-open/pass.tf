resource "google_firebaserules_ruleset" "main" {
  source {
    files {
      name    = "firestore.rules"
      content = "service cloud.firestore { match /databases/{d}/documents { match /users/{u} { allow read, write: if request.auth.uid == u; } } }"
    }
  }
}
