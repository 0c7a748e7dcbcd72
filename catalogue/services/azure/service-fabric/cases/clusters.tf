resource "azurerm_service_fabric_cluster" "guarded" {
  name                = "guarded"
  location            = "westeurope"
  resource_group_name = "rg"
  reliability_level   = "Silver"
  upgrade_mode        = "Automatic"
  vm_image            = "Linux"
  management_endpoint = "https://guarded.example.com:19080"
  azure_active_directory {
    tenant_id              = "t"
    cluster_application_id = "c"
    client_application_id  = "d"
  }
  certificate {
    thumbprint      = "0123456789ABCDEF0123456789ABCDEF01234567"
    x509_store_name = "My"
  }
  fabric_settings {
    name = "Security"
    parameters = {
      ClusterProtectionLevel = "EncryptAndSign"
    }
  }
  node_type {
    name                 = "first"
    instance_count       = 5
    is_primary           = true
    client_endpoint_port = 19000
    http_endpoint_port   = 19080
  }
}

resource "azurerm_service_fabric_cluster" "open" {
  name                 = "open"
  location             = "westeurope"
  resource_group_name  = "rg"
  reliability_level    = "Bronze"
  upgrade_mode         = "Manual"
  cluster_code_version = "10.1.2448.9590"
  vm_image             = "Windows"
  management_endpoint  = "http://open.example.com:19080"
  node_type {
    name                 = "first"
    instance_count       = 3
    is_primary           = true
    client_endpoint_port = 19000
    http_endpoint_port   = 19080
  }
}

resource "azurerm_service_fabric_managed_cluster" "guarded" {
  name                   = "guarded"
  location               = "westeurope"
  resource_group_name    = "rg"
  client_connection_port = 19000
  http_gateway_port      = 19080
  lb_rule {
    backend_port   = 443
    frontend_port  = 443
    probe_protocol = "tcp"
    protocol       = "tcp"
  }
  authentication {
    active_directory {
      client_application_id  = "c"
      cluster_application_id = "d"
      tenant_id              = "t"
    }
  }
}

resource "azurerm_service_fabric_managed_cluster" "plain" {
  name                   = "plain"
  location               = "westeurope"
  resource_group_name    = "rg"
  client_connection_port = 19000
  http_gateway_port      = 19080
  username               = "operator"
  password               = "Geheim-9Kx2pQ7z"
  lb_rule {
    backend_port   = 443
    frontend_port  = 443
    probe_protocol = "tcp"
    protocol       = "tcp"
  }
}
