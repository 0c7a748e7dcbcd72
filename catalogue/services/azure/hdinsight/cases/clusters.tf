variable "password" {}

resource "azurerm_hdinsight_hadoop_cluster" "good" {
  name                = "acme-hadoop"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "5.1"
  tier                = "Standard"
  tls_min_version     = "1.2"
  component_version {
    hadoop = "3.1"
  }
  gateway {
    username = "gateway"
    password = var.password
  }
  disk_encryption {
    encryption_at_host_enabled    = true
    key_vault_key_id              = "https://acme.vault.azure.net/keys/acme"
    key_vault_managed_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  network {
    connection_direction = "Outbound"
    private_link_enabled = true
  }
  security_profile {
    aadds_resource_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.AAD/domainServices/acme.example"
    domain_name          = "acme.example"
    domain_username      = "hdi@acme.example"
    domain_user_password = var.password
    ldaps_urls           = ["ldaps://acme.example:636"]
    msi_resource_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  monitor {
    log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
    primary_key                = var.password
  }
  roles {
    head_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      ssh_keys              = ["ssh-rsa AAAA"]
      subnet_id             = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
  }
}

resource "azurerm_hdinsight_hadoop_cluster" "open" {
  name                = "acme-hadoop-open"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "4.0"
  tier                = "Standard"
  component_version {
    hadoop = "3.1"
  }
  gateway {
    username = "gateway"
    password = "correct-horse-battery-9"
  }
  storage_account {
    storage_container_id = "https://acme.blob.core.windows.net/hdi"
    storage_account_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    is_default           = true
  }
  roles {
    head_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      password              = "correct-horse-battery-9"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
  }
}

resource "azurerm_hdinsight_hbase_cluster" "good" {
  name                = "acme-hbase"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "5.1"
  tier                = "Standard"
  tls_min_version     = "1.2"
  component_version {
    hbase = "3.1"
  }
  gateway {
    username = "gateway"
    password = var.password
  }
  disk_encryption {
    encryption_at_host_enabled    = true
    key_vault_key_id              = "https://acme.vault.azure.net/keys/acme"
    key_vault_managed_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  network {
    connection_direction = "Outbound"
    private_link_enabled = true
  }
  security_profile {
    aadds_resource_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.AAD/domainServices/acme.example"
    domain_name          = "acme.example"
    domain_username      = "hdi@acme.example"
    domain_user_password = var.password
    ldaps_urls           = ["ldaps://acme.example:636"]
    msi_resource_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  monitor {
    log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
    primary_key                = var.password
  }
  roles {
    head_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      ssh_keys              = ["ssh-rsa AAAA"]
      subnet_id             = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
  }
}

resource "azurerm_hdinsight_hbase_cluster" "open" {
  name                = "acme-hbase-open"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "4.0"
  tier                = "Standard"
  component_version {
    hbase = "3.1"
  }
  gateway {
    username = "gateway"
    password = "correct-horse-battery-9"
  }
  storage_account {
    storage_container_id = "https://acme.blob.core.windows.net/hdi"
    storage_account_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    is_default           = true
  }
  roles {
    head_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      password              = "correct-horse-battery-9"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
  }
}

resource "azurerm_hdinsight_interactive_query_cluster" "good" {
  name                          = "acme-interactive-query"
  resource_group_name           = "acme"
  location                      = "westeurope"
  cluster_version               = "5.1"
  tier                          = "Standard"
  tls_min_version               = "1.2"
  encryption_in_transit_enabled = true
  component_version {
    interactive_hive = "3.1"
  }
  gateway {
    username = "gateway"
    password = var.password
  }
  disk_encryption {
    encryption_at_host_enabled    = true
    key_vault_key_id              = "https://acme.vault.azure.net/keys/acme"
    key_vault_managed_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  network {
    connection_direction = "Outbound"
    private_link_enabled = true
  }
  security_profile {
    aadds_resource_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.AAD/domainServices/acme.example"
    domain_name          = "acme.example"
    domain_username      = "hdi@acme.example"
    domain_user_password = var.password
    ldaps_urls           = ["ldaps://acme.example:636"]
    msi_resource_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  monitor {
    log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
    primary_key                = var.password
  }
  roles {
    head_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      ssh_keys              = ["ssh-rsa AAAA"]
      subnet_id             = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
  }
}

resource "azurerm_hdinsight_interactive_query_cluster" "open" {
  name                = "acme-interactive-query-open"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "4.0"
  tier                = "Standard"
  component_version {
    interactive_hive = "3.1"
  }
  gateway {
    username = "gateway"
    password = "correct-horse-battery-9"
  }
  storage_account {
    storage_container_id = "https://acme.blob.core.windows.net/hdi"
    storage_account_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    is_default           = true
  }
  roles {
    head_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      password              = "correct-horse-battery-9"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
  }
}

resource "azurerm_hdinsight_spark_cluster" "good" {
  name                          = "acme-spark"
  resource_group_name           = "acme"
  location                      = "westeurope"
  cluster_version               = "5.1"
  tier                          = "Standard"
  tls_min_version               = "1.2"
  encryption_in_transit_enabled = true
  component_version {
    spark = "3.1"
  }
  gateway {
    username = "gateway"
    password = var.password
  }
  disk_encryption {
    encryption_at_host_enabled    = true
    key_vault_key_id              = "https://acme.vault.azure.net/keys/acme"
    key_vault_managed_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  network {
    connection_direction = "Outbound"
    private_link_enabled = true
  }
  security_profile {
    aadds_resource_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.AAD/domainServices/acme.example"
    domain_name          = "acme.example"
    domain_username      = "hdi@acme.example"
    domain_user_password = var.password
    ldaps_urls           = ["ldaps://acme.example:636"]
    msi_resource_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  monitor {
    log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
    primary_key                = var.password
  }
  roles {
    head_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      ssh_keys              = ["ssh-rsa AAAA"]
      subnet_id             = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
  }
}

resource "azurerm_hdinsight_spark_cluster" "open" {
  name                = "acme-spark-open"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "4.0"
  tier                = "Standard"
  component_version {
    spark = "3.1"
  }
  gateway {
    username = "gateway"
    password = "correct-horse-battery-9"
  }
  storage_account {
    storage_container_id = "https://acme.blob.core.windows.net/hdi"
    storage_account_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    is_default           = true
  }
  roles {
    head_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      password              = "correct-horse-battery-9"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
  }
}

resource "azurerm_hdinsight_kafka_cluster" "good" {
  name                          = "acme-kafka"
  resource_group_name           = "acme"
  location                      = "westeurope"
  cluster_version               = "5.1"
  tier                          = "Standard"
  tls_min_version               = "1.2"
  encryption_in_transit_enabled = true
  component_version {
    kafka = "3.1"
  }
  gateway {
    username = "gateway"
    password = var.password
  }
  disk_encryption {
    encryption_at_host_enabled    = true
    key_vault_key_id              = "https://acme.vault.azure.net/keys/acme"
    key_vault_managed_identity_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  network {
    connection_direction = "Outbound"
    private_link_enabled = true
  }
  security_profile {
    aadds_resource_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.AAD/domainServices/acme.example"
    domain_name          = "acme.example"
    domain_username      = "hdi@acme.example"
    domain_user_password = var.password
    ldaps_urls           = ["ldaps://acme.example:636"]
    msi_resource_id      = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.ManagedIdentity/userAssignedIdentities/acme"
  }
  monitor {
    log_analytics_workspace_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.OperationalInsights/workspaces/acme"
    primary_key                = var.password
  }
  roles {
    head_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      ssh_keys              = ["ssh-rsa AAAA"]
      subnet_id             = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id    = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size            = "Standard_D3_V2"
      username           = "acme"
      ssh_keys           = ["ssh-rsa AAAA"]
      subnet_id          = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme/subnets/hdi"
      virtual_network_id = "/subscriptions/0/resourceGroups/acme/providers/Microsoft.Network/virtualNetworks/acme"
    }
  }
}

resource "azurerm_hdinsight_kafka_cluster" "open" {
  name                = "acme-kafka-open"
  resource_group_name = "acme"
  location            = "westeurope"
  cluster_version     = "4.0"
  tier                = "Standard"
  component_version {
    kafka = "3.1"
  }
  gateway {
    username = "gateway"
    password = "correct-horse-battery-9"
  }
  storage_account {
    storage_container_id = "https://acme.blob.core.windows.net/hdi"
    storage_account_key  = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    is_default           = true
  }
  roles {
    head_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
    worker_node {
      vm_size               = "Standard_D3_V2"
      username              = "acme"
      password              = "correct-horse-battery-9"
      target_instance_count = 3
    }
    zookeeper_node {
      vm_size  = "Standard_D3_V2"
      username = "acme"
      password = "correct-horse-battery-9"
    }
  }
}
