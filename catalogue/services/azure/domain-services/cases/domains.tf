resource "azurerm_active_directory_domain_service" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  domain_name         = "corp.example.com"
  sku                 = "Enterprise"
  initial_replica_set {
    subnet_id = "/subscriptions/x/subnets/aadds"
  }
  secure_ldap {
    enabled                  = true
    pfx_certificate          = "MIIKcQIBAzCCCi0GCSqGSIb3DQEHAaCCCh4E"
    pfx_certificate_password = "Geheim-9Kx2pQ7z"
  }
}

resource "azurerm_active_directory_domain_service_replica_set" "second" {
  domain_service_id = azurerm_active_directory_domain_service.guarded.id
  location          = "northeurope"
  subnet_id         = "/subscriptions/x/subnets/aadds2"
}

resource "azurerm_active_directory_domain_service_trust" "forest" {
  name                   = "forest"
  domain_service_id      = azurerm_active_directory_domain_service.guarded.id
  trusted_domain_fqdn    = "old.example.com"
  trusted_domain_dns_ips = ["10.0.0.4", "10.0.0.5"]
  password               = "Geheim-9Kx2pQ7z"
}

resource "azurerm_active_directory_domain_service" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  domain_name         = "open.example.com"
  sku                 = "Standard"
  initial_replica_set {
    subnet_id = "/subscriptions/x/subnets/aadds"
  }
  secure_ldap {
    enabled                  = false
    external_access_enabled  = true
    pfx_certificate          = "MIIKcQIBAzCCCi0GCSqGSIb3DQEHAaCCCh4E"
    pfx_certificate_password = "Geheim-9Kx2pQ7z"
  }
  security {
    ntlm_v1_enabled = true
    tls_v1_enabled  = true
  }
}
