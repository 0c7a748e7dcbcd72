resource "azuread_application" "a" {
  display_name = "a"
  sign_in_audience = "AzureADMyOrg"
}

resource "azuread_application_registration" "b" {
  display_name = "b"
}
