resource "azuread_application" "a" {
  display_name = "a"
  sign_in_audience = "AzureADMultipleOrgs"
}

resource "azuread_application_registration" "b" {
  display_name = "b"
  sign_in_audience = "PersonalMicrosoftAccount"
}
