# The office runs on Azure: intranet, accounting, files.
terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.50" }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "00000000-1111-2222-3333-444444444444"
}

resource "azurerm_resource_group" "office" {
  name     = "fernhill-office"
  location = "West Europe"
}

resource "azurerm_virtual_network" "office" {
  name                = "office"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name
  address_space       = ["10.40.0.0/16"]
}

resource "azurerm_subnet" "servers" {
  name                 = "servers"
  resource_group_name  = azurerm_resource_group.office.name
  virtual_network_name = azurerm_virtual_network.office.name
  address_prefixes     = ["10.40.1.0/24"]
}

# The consultants of the accounting software asked for it, for an afternoon.
resource "azurerm_network_security_group" "servers" {
  name                = "servers"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name

  security_rule {
    name                       = "consultants"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "3389"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }
}

resource "azurerm_subnet_network_security_group_association" "servers" {
  subnet_id                 = azurerm_subnet.servers.id
  network_security_group_id = azurerm_network_security_group.servers.id
}

resource "azurerm_public_ip" "accounting" {
  name                = "accounting"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name
  allocation_method   = "Static"
}

resource "azurerm_network_interface" "accounting" {
  name                = "accounting"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name

  ip_configuration {
    name                          = "main"
    subnet_id                     = azurerm_subnet.servers.id
    private_ip_address_allocation = "Dynamic"
    public_ip_address_id          = azurerm_public_ip.accounting.id
  }
}

variable "accounting_password" {
  type      = string
  sensitive = true
}

# Patched by nobody in particular: the machine is told to wait for its owner.
resource "azurerm_windows_virtual_machine" "accounting" {
  name                  = "accounting"
  location              = azurerm_resource_group.office.location
  resource_group_name   = azurerm_resource_group.office.name
  size                  = "Standard_D4s_v5"
  admin_username        = "administrator1"
  admin_password        = var.accounting_password
  network_interface_ids = [azurerm_network_interface.accounting.id]
  patch_mode            = "Manual"

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }

  source_image_reference {
    publisher = "MicrosoftWindowsServer"
    offer     = "WindowsServer"
    sku       = "2022-datacenter-azure-edition"
    version   = "latest"
  }
}

# The same database three ways, again: the service, an instance of one's own, and a machine.
resource "azurerm_mssql_server" "ledger" {
  name                          = "fernhill-ledger"
  location                      = azurerm_resource_group.office.location
  resource_group_name           = azurerm_resource_group.office.name
  version                       = "12.0"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false

  azuread_administrator {
    login_username              = "finance-admins"
    object_id                   = "55555555-6666-7777-8888-999999999999"
    azuread_authentication_only = true
  }
}

resource "azurerm_mssql_database" "ledger" {
  name      = "ledger"
  server_id = azurerm_mssql_server.ledger.id
  sku_name  = "GP_S_Gen5_2"
}

# The intranet: code on the platform's runtime, and a container that brings its own.
resource "azurerm_service_plan" "intranet" {
  name                = "intranet"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name
  os_type             = "Linux"
  sku_name            = "P1v3"
}

resource "azurerm_linux_web_app" "intranet" {
  name                = "fernhill-intranet"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name
  service_plan_id     = azurerm_service_plan.intranet.id
  https_only          = true

  identity {
    type = "SystemAssigned"
  }

  site_config {
    minimum_tls_version = "1.2"
    ftps_state          = "Disabled"
    application_stack {
      node_version = "22-lts"
    }
  }
}

resource "azurerm_linux_web_app" "wiki" {
  name                = "fernhill-wiki"
  location            = azurerm_resource_group.office.location
  resource_group_name = azurerm_resource_group.office.name
  service_plan_id     = azurerm_service_plan.intranet.id

  site_config {
    application_stack {
      docker_image_name   = "fernhill/wiki:latest"
      docker_registry_url = "https://registry.example.com"
    }
  }
}

resource "azurerm_storage_account" "files" {
  name                            = "fernhillfiles"
  location                        = azurerm_resource_group.office.location
  resource_group_name             = azurerm_resource_group.office.name
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  min_tls_version                 = "TLS1_2"
  shared_access_key_enabled       = false
  allow_nested_items_to_be_public = false
  public_network_access_enabled   = false
}

resource "azurerm_key_vault" "office" {
  name                          = "fernhill-office"
  location                      = azurerm_resource_group.office.location
  resource_group_name           = azurerm_resource_group.office.name
  tenant_id                     = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
  sku_name                      = "standard"
  purge_protection_enabled      = true
  public_network_access_enabled = false
}

# Two clusters: one that AKS keeps up to date, one that waits for somebody.
resource "azurerm_kubernetes_cluster" "automatic" {
  name                      = "forecasts"
  location                  = azurerm_resource_group.office.location
  resource_group_name       = azurerm_resource_group.office.name
  dns_prefix                = "forecasts"
  automatic_upgrade_channel = "stable"
  node_os_upgrade_channel   = "NodeImage"
  private_cluster_enabled   = true
  local_account_disabled    = true

  default_node_pool {
    name       = "system"
    node_count = 3
    vm_size    = "Standard_D4s_v5"
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster" "trial" {
  name                    = "trial"
  location                = azurerm_resource_group.office.location
  resource_group_name     = azurerm_resource_group.office.name
  dns_prefix              = "trial"
  node_os_upgrade_channel = "None"

  default_node_pool {
    name       = "system"
    node_count = 1
    vm_size    = "Standard_D2s_v5"
  }

  identity {
    type = "SystemAssigned"
  }
}
