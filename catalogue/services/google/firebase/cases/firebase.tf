resource "google_firebase_project" "good" {
  project = "acme"
}

resource "google_firebase_database_instance" "good" {
  instance_id = "live"
  region = "europe-west1"
}

resource "google_firebase_storage_bucket" "good" {
  bucket_id = "acme-uploads"
}

resource "google_firebase_hosting_site" "good" {
  site_id = "shop"
}

resource "google_firebase_app_hosting_backend" "good" {
  backend_id = "web"
  app_id = "1:1:web:1"
  serving_locality = "GLOBAL_ACCESS"
  service_account = "web@acme.iam.gserviceaccount.com"
}

resource "google_firebaserules_ruleset" "good" {
  source {
    files {
      name = "firestore.rules"
      content = "service cloud.firestore { match /databases/{d}/documents { match /{x=**} { allow read: if request.auth != null; } } }"
    }
  }
}

resource "google_firebaserules_ruleset" "bad" {
  source {
    files {
      name = "firestore.rules"
      content = "service cloud.firestore { match /databases/{d}/documents { match /{x=**} { allow read, write: if true; } } }"
    }
  }
}
