resource "google_filestore_instance" "share" {
  name = "share"
  tier = "BASIC_HDD"
  file_shares {
    name        = "share"
    capacity_gb = 1024
  }
  networks {
    network = "main"
    modes   = ["MODE_IPV4"]
  }
}
