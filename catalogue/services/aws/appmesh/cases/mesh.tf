resource "aws_appmesh_mesh" "closed" {
  name = "closed"
}

resource "aws_appmesh_mesh" "open" {
  name = "open"
  spec {
    egress_filter {
      type = "ALLOW_ALL"
    }
  }
}

resource "aws_appmesh_virtual_node" "tls" {
  name      = "tls"
  mesh_name = aws_appmesh_mesh.closed.name
  spec {
    listener {
      port_mapping {
        port     = 443
        protocol = "http"
      }
      tls {
        mode = "STRICT"
        certificate {
          acm {
            certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
          }
        }
      }
    }
    backend_defaults {
      client_policy {
        tls {
          validation {
            trust {
              acm {
                certificate_authority_arns = ["arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1234"]
              }
            }
          }
        }
      }
    }
    logging {
      access_log {
        file {
          path = "/dev/stdout"
        }
      }
    }
  }
}

resource "aws_appmesh_virtual_node" "plain" {
  name      = "plain"
  mesh_name = aws_appmesh_mesh.open.name
  spec {
    listener {
      port_mapping {
        port     = 80
        protocol = "http"
      }
    }
  }
}

resource "aws_appmesh_virtual_gateway" "tls" {
  name      = "tls"
  mesh_name = aws_appmesh_mesh.closed.name
  spec {
    listener {
      port_mapping {
        port     = 443
        protocol = "http"
      }
      tls {
        mode = "STRICT"
        certificate {
          acm {
            certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
          }
        }
      }
    }
    backend_defaults {
      client_policy {
        tls {
          validation {
            trust {
              acm {
                certificate_authority_arns = ["arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1234"]
              }
            }
          }
        }
      }
    }
    logging {
      access_log {
        file {
          path = "/dev/stdout"
        }
      }
    }
  }
}

resource "aws_appmesh_virtual_gateway" "plain" {
  name      = "plain"
  mesh_name = aws_appmesh_mesh.open.name
  spec {
    listener {
      port_mapping {
        port     = 80
        protocol = "http"
      }
      tls {
        mode = "PERMISSIVE"
        certificate {
          acm {
            certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
          }
        }
      }
    }
  }
}
