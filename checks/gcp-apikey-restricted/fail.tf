resource "google_apikeys_key" "any" {
  name         = "any"
  display_name = "any"
}

resource "google_apikeys_key" "half" {
  name         = "half"
  display_name = "half"
  restrictions {
    api_targets {
      service = "maps-backend.googleapis.com"
    }
  }
}
