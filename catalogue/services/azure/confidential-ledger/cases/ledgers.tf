resource "azurerm_confidential_ledger" "directory" {
  name                = "acme"
  resource_group_name = "acme"
  location            = "westeurope"
  ledger_type         = "Private"
  azuread_based_service_principal {
    principal_id     = "11111111-1111-1111-1111-111111111111"
    tenant_id        = "00000000-0000-0000-0000-000000000000"
    ledger_role_name = "Administrator"
  }
}

resource "azurerm_confidential_ledger" "certificates" {
  name                = "acme-old"
  resource_group_name = "acme"
  location            = "westeurope"
  ledger_type         = "Public"
  certificate_based_security_principal {
    ledger_role_name = "Administrator"
    pem_public_key   = "MIIBsjCCATigAwIBAgIUZWIbyG79TniQLd2UxJuU74tqrKcwCgYIKoZIzj0EAwMwEDEOMAwGA1UEAwwFdXNlcjAwHhcNMjEwMzE2MTgwNjExWhcNMjIwMzE2MTgwNjEx"
  }
}

resource "azurerm_attestation_provider" "ruled" {
  name                      = "acme"
  resource_group_name       = "acme"
  location                  = "westeurope"
  sgx_enclave_policy_base64 = "eyJhbGciOiJub25lIn0.e30."
}

resource "azurerm_attestation_provider" "bare" {
  name                = "acmebare"
  resource_group_name = "acme"
  location            = "westeurope"
}
