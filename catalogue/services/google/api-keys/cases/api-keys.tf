resource "google_apikeys_key" "good" {
  name = "maps"
  display_name = "maps"
  restrictions {
    api_targets {
      service = "maps-backend.googleapis.com"
    }
    browser_key_restrictions {
      allowed_referrers = ["shop.example.com/*"]
    }
  }
}

resource "google_apikeys_key" "bad" {
  name = "any"
  display_name = "any"
}
