resource "azuread_application_password" "a" {
  application_id    = "/applications/a"
}

resource "azuread_service_principal_password" "b" {
  service_principal_id = "/servicePrincipals/a"
  end_date_relative = "17520h"
}

resource "azuread_application_certificate" "c" {
  application_id    = "/applications/a"
  type              = "AsymmetricX509Cert"
  value             = "MIIC5jCCAc6gAwIBAgIIOzEwNzY"
  end_date_relative = "26280h"
}
