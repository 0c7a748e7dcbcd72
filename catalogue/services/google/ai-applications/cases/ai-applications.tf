resource "google_dialogflow_cx_agent" "good" {
  display_name = "help"
  default_language_code = "en"
  time_zone = "Europe/Berlin"
  enable_stackdriver_logging = true
}

resource "google_dialogflow_cx_agent" "bad" {
  display_name = "lab"
  default_language_code = "en"
  time_zone = "Europe/Berlin"
}

resource "google_dialogflow_agent" "good" {
  display_name = "old"
  default_language_code = "en"
  time_zone = "Europe/Berlin"
  enable_logging = true
}

resource "google_dialogflow_agent" "bad" {
  display_name = "older"
  default_language_code = "en"
  time_zone = "Europe/Berlin"
}

resource "google_dialogflow_cx_webhook" "good" {
  display_name = "stock"
  generic_web_service {
    uri = "https://stock.example.com"
  }
}

resource "google_dialogflow_cx_webhook" "bad" {
  display_name = "lab"
  generic_web_service {
    uri = "http://lab.example.com"
  }
}

resource "google_dialogflow_cx_security_settings" "good" {
  display_name = "strict"
  redaction_strategy = "REDACT_WITH_SERVICE"
  retention_window_days = 7
}

resource "google_dialogflow_cx_security_settings" "bad" {
  display_name = "loose"
  retention_window_days = 365
}

resource "google_discovery_engine_data_store" "good" {
  data_store_id = "docs"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_discovery_engine_data_store" "bad" {
  data_store_id = "lab"
}

resource "google_discovery_engine_search_engine" "good" {
  engine_id = "search"
}

resource "google_discovery_engine_chat_engine" "good" {
  engine_id = "chat"
}

resource "google_document_ai_processor" "good" {
  display_name = "invoices"
  type = "INVOICE_PROCESSOR"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_document_ai_processor" "bad" {
  display_name = "lab"
  type = "OCR_PROCESSOR"
}

resource "google_gemini_code_repository_index" "good" {
  code_repository_index_id = "code"
  kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
}

resource "google_gemini_code_repository_index" "bad" {
  code_repository_index_id = "lab"
}

resource "google_gemini_repository_group" "good" {
  repository_group_id = "all"
  code_repository_index = google_gemini_code_repository_index.good.code_repository_index_id
}

resource "google_gemini_repository_group_iam_member" "good" {
  repository_group_id = google_gemini_repository_group.good.repository_group_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_gemini_repository_group_iam_binding" "good" {
  repository_group_id = google_gemini_repository_group.good.repository_group_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_gemini_repository_group_iam_policy" "good" {
  repository_group_id = google_gemini_repository_group.good.repository_group_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dialogflow_cx_agent" "newer" {
  display_name          = "newer"
  location              = "europe-west1"
  default_language_code = "en"
  time_zone             = "Europe/Paris"
  advanced_settings {
    logging_settings {
      enable_stackdriver_logging = true
    }
  }
}
