variable "client_secret" {
  type      = string
  sensitive = true
}

resource "azurerm_redhat_openshift_cluster" "private" {
  name                = "private"
  location            = "westeurope"
  resource_group_name = "rg"
  cluster_profile {
    domain  = "private"
    version = "4.17.27"
  }
  api_server_profile {
    visibility = "Private"
  }
  ingress_profile {
    visibility = "Private"
  }
  main_profile {
    vm_size                    = "Standard_D8s_v3"
    subnet_id                  = "/subscriptions/x/subnets/main"
    disk_encryption_set_id     = "/subscriptions/x/des"
    encryption_at_host_enabled = true
  }
  worker_profile {
    vm_size                    = "Standard_D4s_v3"
    subnet_id                  = "/subscriptions/x/subnets/worker"
    disk_size_gb               = 128
    node_count                 = 3
    disk_encryption_set_id     = "/subscriptions/x/des"
    encryption_at_host_enabled = true
  }
  network_profile {
    pod_cidr     = "10.128.0.0/14"
    service_cidr = "172.30.0.0/16"
  }
  service_principal {
    client_id     = "00000000-0000-0000-0000-000000000001"
    client_secret = var.client_secret
  }
}

resource "azurerm_redhat_openshift_cluster" "open" {
  name                = "open"
  location            = "westeurope"
  resource_group_name = "rg"
  cluster_profile {
    domain  = "open"
    version = "4.17.27"
  }
  api_server_profile {
    visibility = "Public"
  }
  ingress_profile {
    visibility = "Public"
  }
  main_profile {
    vm_size   = "Standard_D8s_v3"
    subnet_id = "/subscriptions/x/subnets/main"
  }
  worker_profile {
    vm_size      = "Standard_D4s_v3"
    subnet_id    = "/subscriptions/x/subnets/worker"
    disk_size_gb = 128
    node_count   = 3
  }
  network_profile {
    pod_cidr     = "10.128.0.0/14"
    service_cidr = "172.30.0.0/16"
  }
  service_principal {
    client_id     = "00000000-0000-0000-0000-000000000001"
    client_secret = "q8~Xk2Lm9PzR4tWv7YbN1cHd6JfGs3Qa5Ue"
  }
}
