variable "audience" {
  type = string
}

resource "azuread_application" "a" {
  display_name = "a"
  sign_in_audience = var.audience
}

resource "azuread_application_registration" "b" {
  display_name = "b"
  sign_in_audience = var.audience
}
