resource "azurerm_role_definition" "a" {
  name  = "a"
  scope = "/subscriptions/00000000-0000-0000-0000-000000000001"
  permissions {
    actions = ["*"]
  }
}

resource "azuread_custom_directory_role" "b" {
  display_name = "b"
  enabled      = true
  version      = "1.0"
  permissions {
    allowed_resource_actions = ["microsoft.directory/applications/allEntities/allTasks"]
  }
}
