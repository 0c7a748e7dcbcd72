resource "google_healthcare_dataset" "good" {
  name = "patients"
  encryption_spec {
    kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_healthcare_dataset" "bad" {
  name = "lab"
}

resource "google_healthcare_fhir_store" "good" {
  name = "fhir"
  dataset = google_healthcare_dataset.good.id
  version = "R4"
}

resource "google_healthcare_fhir_store" "bad" {
  name = "fhir-lab"
  dataset = google_healthcare_dataset.good.id
  version = "R4"
  disable_resource_versioning = true
}

resource "google_healthcare_dicom_store" "good" {
  name = "images"
  dataset = google_healthcare_dataset.good.id
}

resource "google_healthcare_hl7_v2_store" "good" {
  name = "messages"
  dataset = google_healthcare_dataset.good.id
}

resource "google_healthcare_consent_store" "good" {
  name = "consents"
  dataset = google_healthcare_dataset.good.id
}

resource "google_healthcare_dataset_iam_member" "good" {
  dataset_id = google_healthcare_dataset.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_healthcare_dataset_iam_binding" "good" {
  dataset_id = google_healthcare_dataset.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_healthcare_dataset_iam_policy" "good" {
  dataset_id = google_healthcare_dataset.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_healthcare_fhir_store_iam_member" "good" {
  fhir_store_id = google_healthcare_fhir_store.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_healthcare_fhir_store_iam_binding" "good" {
  fhir_store_id = google_healthcare_fhir_store.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_healthcare_fhir_store_iam_policy" "good" {
  fhir_store_id = google_healthcare_fhir_store.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_healthcare_dicom_store_iam_member" "good" {
  dicom_store_id = google_healthcare_dicom_store.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_healthcare_dicom_store_iam_binding" "good" {
  dicom_store_id = google_healthcare_dicom_store.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_healthcare_dicom_store_iam_policy" "good" {
  dicom_store_id = google_healthcare_dicom_store.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_healthcare_hl7_v2_store_iam_member" "good" {
  hl7_v2_store_id = google_healthcare_hl7_v2_store.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_healthcare_hl7_v2_store_iam_binding" "good" {
  hl7_v2_store_id = google_healthcare_hl7_v2_store.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_healthcare_hl7_v2_store_iam_policy" "good" {
  hl7_v2_store_id = google_healthcare_hl7_v2_store.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_healthcare_consent_store_iam_member" "good" {
  consent_store_id = google_healthcare_consent_store.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_healthcare_consent_store_iam_binding" "good" {
  consent_store_id = google_healthcare_consent_store.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_healthcare_consent_store_iam_policy" "good" {
  consent_store_id = google_healthcare_consent_store.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
