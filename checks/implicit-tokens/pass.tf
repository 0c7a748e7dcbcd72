resource "azuread_application" "a" {
  display_name = "a"
}

resource "azuread_application_registration" "b" {
  display_name = "b"
}
