variable "level" {
  type = string
}

resource "google_access_context_manager_service_perimeter" "prod" {
  parent = "accessPolicies/1"
  name   = "accessPolicies/1/servicePerimeters/prod"
  title  = "prod"
  status {
    restricted_services = ["storage.googleapis.com"]
    ingress_policies {
      ingress_from {
        identity_type = "ANY_IDENTITY"
        sources {
          access_level = var.level
        }
      }
    }
  }
}
