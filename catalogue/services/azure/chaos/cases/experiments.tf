resource "azurerm_chaos_studio_experiment" "good" {
  name                = "good"
  resource_group_name = "acme"
  location            = "westeurope"
  identity {
    type = "SystemAssigned"
  }
  selectors {
    name                    = "s"
    chaos_studio_target_ids = ["/subscriptions/0/resourceGroups/acme/providers/t"]
  }
  steps {
    name = "one"
    branch {
      name = "b"
      actions {
        urn           = "urn:csci:microsoft:virtualMachine:shutdown/1.0"
        selector_name = "s"
        action_type   = "continuous"
        duration      = "PT10M"
      }
    }
  }
}

resource "azurerm_chaos_studio_experiment" "bare" {
  name                = "bare"
  resource_group_name = "acme"
  location            = "westeurope"
  selectors {
    name                    = "s"
    chaos_studio_target_ids = ["/subscriptions/0/resourceGroups/acme/providers/t"]
  }
  steps {
    name = "one"
    branch {
      name = "b"
      actions {
        urn           = "urn:csci:microsoft:virtualMachine:shutdown/1.0"
        selector_name = "s"
        action_type   = "continuous"
        duration      = "PT10M"
      }
    }
  }
}
