variable "ranges" {
  type = list(string)
}

resource "google_filestore_instance" "share" {
  name = "share"
  tier = "BASIC_HDD"
  file_shares {
    name        = "share"
    capacity_gb = 1024
    nfs_export_options {
      ip_ranges = var.ranges
    }
  }
  networks {
    network = "main"
    modes   = ["MODE_IPV4"]
  }
}
