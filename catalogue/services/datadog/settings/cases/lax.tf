resource "datadog_organization_settings" "main" {
  name = "Rootstock"
}

resource "datadog_ip_allowlist" "main" {
  enabled = false
}

resource "datadog_domain_allowlist" "off" {
  enabled = false
  domains = ["@rootstock.example"]
}
