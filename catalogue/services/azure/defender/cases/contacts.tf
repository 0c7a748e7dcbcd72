resource "azurerm_security_center_contact" "mute" {
  name                = "default1"
  email               = "soc@acme.example"
  alert_notifications = false
  alerts_to_admins    = false
}
