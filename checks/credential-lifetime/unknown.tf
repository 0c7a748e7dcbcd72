variable "hours" {
  type = string
}

resource "azuread_application_password" "a" {
  application_id    = "/applications/a"
  end_date_relative = var.hours
}

resource "azuread_service_principal_password" "b" {
  service_principal_id = "/servicePrincipals/a"
  end_date = "2027-01-01T00:00:00Z"
}

resource "azuread_application_certificate" "c" {
  application_id    = "/applications/a"
  type              = "AsymmetricX509Cert"
  value             = "MIIC5jCCAc6gAwIBAgIIOzEwNzY"
  end_date_relative = var.hours
}
