resource "kubernetes_persistent_volume_claim" "data" {
  metadata {
    name      = "data"
    namespace = "shop"
  }
  spec {
    access_modes = ["ReadWriteOnce"]
  }
}

resource "kubernetes_persistent_volume_claim_v1" "more" {
  metadata {
    name      = "more"
    namespace = "shop"
  }
  spec {
    access_modes = ["ReadWriteOnce"]
  }
}

resource "kubernetes_persistent_volume" "host" {
  metadata {
    name = "host"
  }
  spec {
    capacity     = { storage = "1Gi" }
    access_modes = ["ReadWriteOnce"]
    persistent_volume_source {
      host_path {
        path = "/data"
      }
    }
    persistent_volume_reclaim_policy = "Delete"
  }
}

resource "kubernetes_persistent_volume_v1" "share" {
  metadata {
    name = "share"
  }
  spec {
    capacity     = { storage = "1Gi" }
    access_modes = ["ReadWriteOnce"]
    persistent_volume_source {
      nfs {
        server = "files"
        path   = "/"
      }
    }
  }
}

resource "kubernetes_storage_class" "clear" {
  metadata {
    name = "clear"
  }
  storage_provisioner = "ebs.csi.aws.com"
  parameters          = { encrypted = "false" }
}

resource "kubernetes_storage_class_v1" "fast" {
  metadata {
    name = "fast"
  }
  storage_provisioner = "ebs.csi.aws.com"
  parameters          = { encrypted = "true", kmsKeyId = "arn:aws:kms:eu-central-1:111122223333:key/k" }
}
