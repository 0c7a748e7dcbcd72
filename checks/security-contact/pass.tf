resource "azurerm_security_center_contact" "soc" {
  name                = "default1"
  email               = "soc@acme.example"
  alerts_to_admins    = true
  alert_notifications = true
}
