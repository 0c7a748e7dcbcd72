resource "azuread_application" "a" {
  display_name = "a"
  web {
    implicit_grant {
      access_token_issuance_enabled = true
    }
  }
}

resource "azuread_application_registration" "b" {
  display_name = "b"
  implicit_access_token_issuance_enabled = true
}
