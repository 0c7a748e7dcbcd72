resource "vmc_sddc" "two_zones" {
  sddc_name       = "main"
  num_host        = 6
  provider_type   = "AWS"
  region          = "EU_WEST_1"
  deployment_type = "MultiAZ"
}

resource "vmc_cluster" "two_zones" {
  sddc_id   = vmc_sddc.two_zones.id
  num_hosts = 6
}

resource "vmc_site_recovery" "two_zones" {
  sddc_id = vmc_sddc.two_zones.id
}

resource "vmc_sddc" "one_zone" {
  sddc_name     = "small"
  num_host      = 3
  provider_type = "AWS"
  region        = "EU_WEST_1"
}

resource "vmc_public_ip" "web" {
  nsxt_reverse_proxy_url = vmc_sddc.two_zones.nsxt_reverse_proxy_url
  display_name           = "web"
}
