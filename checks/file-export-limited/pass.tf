resource "google_filestore_instance" "share" {
  name = "share"
  tier = "BASIC_HDD"
  file_shares {
    name        = "share"
    capacity_gb = 1024
    nfs_export_options {
      ip_ranges = ["10.0.0.0/24"]
    }
  }
  networks {
    network = "main"
    modes   = ["MODE_IPV4"]
  }
}
