variable "password" {
  type      = string
  sensitive = true
}

resource "aws_docdb_cluster" "catalogue" {
  cluster_identifier = "catalogue"
  master_username    = "catalogue"
  master_password    = var.password
}
