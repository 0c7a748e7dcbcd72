resource "kubernetes_pod" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    container {
      name  = "web"
      image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

      resources {
        requests = { cpu = "100m", memory = "64Mi" }
        limits   = { memory = "64Mi" }
      }

      security_context {
        allow_privilege_escalation = false
        read_only_root_filesystem  = true
        capabilities {
          drop = ["ALL"]
        }
      }
    }

    service_account_name            = "shop"
    automount_service_account_token = false

    security_context {
      run_as_non_root = true
      seccomp_profile {
        type = "RuntimeDefault"
      }
    }
  }
}

resource "kubernetes_pod_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    container {
      name  = "web"
      image = "nginx"

      env {
        name  = "DB_PASSWORD"
        value = "tr0ub4dor-and-3-more"
      }

      env {
        name = "API_KEY"
        value_from {
          secret_key_ref {
            name = "api"
            key  = "key"
          }
        }
      }

      port {
        container_port = 80
        host_port      = 8080
      }

      security_context {
        privileged = true
        capabilities {
          add = ["SYS_ADMIN"]
        }
      }
    }

    host_pid = true

    volume {
      name = "host"
      host_path {
        path = "/var/run/docker.sock"
      }
    }

    toleration {
      key      = "node-role.kubernetes.io/control-plane"
      operator = "Exists"
    }
  }
}

resource "kubernetes_deployment" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    replicas = 3
    template {
      metadata {
        labels = { my_app = "good" }
      }
      spec {
        container {
          name  = "web"
          image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

          resources {
            requests = { cpu = "100m", memory = "64Mi" }
            limits   = { memory = "64Mi" }
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
        }

        service_account_name            = "shop"
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }
      }
    }
  }
}

resource "kubernetes_deployment_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    template {
      metadata {
        labels = { my_app = "bad" }
      }
      spec {
        container {
          name  = "web"
          image = "nginx"

          env {
            name  = "DB_PASSWORD"
            value = "tr0ub4dor-and-3-more"
          }

          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "api"
                key  = "key"
              }
            }
          }

          port {
            container_port = 80
            host_port      = 8080
          }

          security_context {
            privileged = true
            capabilities {
              add = ["SYS_ADMIN"]
            }
          }
        }

        host_pid = true

        volume {
          name = "host"
          host_path {
            path = "/var/run/docker.sock"
          }
        }

        toleration {
          key      = "node-role.kubernetes.io/control-plane"
          operator = "Exists"
        }
      }
    }
  }
}

resource "kubernetes_stateful_set" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    replicas = 3
    template {
      metadata {
        labels = { my_app = "good" }
      }
      spec {
        container {
          name  = "web"
          image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

          resources {
            requests = { cpu = "100m", memory = "64Mi" }
            limits   = { memory = "64Mi" }
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
        }

        service_account_name            = "shop"
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }
      }
    }
  }
}

resource "kubernetes_stateful_set_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    template {
      metadata {
        labels = { my_app = "bad" }
      }
      spec {
        container {
          name  = "web"
          image = "nginx"

          env {
            name  = "DB_PASSWORD"
            value = "tr0ub4dor-and-3-more"
          }

          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "api"
                key  = "key"
              }
            }
          }

          port {
            container_port = 80
            host_port      = 8080
          }

          security_context {
            privileged = true
            capabilities {
              add = ["SYS_ADMIN"]
            }
          }
        }

        host_pid = true

        volume {
          name = "host"
          host_path {
            path = "/var/run/docker.sock"
          }
        }

        toleration {
          key      = "node-role.kubernetes.io/control-plane"
          operator = "Exists"
        }
      }
    }
  }
}

resource "kubernetes_daemonset" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    replicas = 3
    template {
      metadata {
        labels = { my_app = "good" }
      }
      spec {
        container {
          name  = "web"
          image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

          resources {
            requests = { cpu = "100m", memory = "64Mi" }
            limits   = { memory = "64Mi" }
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
        }

        service_account_name            = "shop"
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }
      }
    }
  }
}

resource "kubernetes_daemon_set_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    template {
      metadata {
        labels = { my_app = "bad" }
      }
      spec {
        container {
          name  = "web"
          image = "nginx"

          env {
            name  = "DB_PASSWORD"
            value = "tr0ub4dor-and-3-more"
          }

          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "api"
                key  = "key"
              }
            }
          }

          port {
            container_port = 80
            host_port      = 8080
          }

          security_context {
            privileged = true
            capabilities {
              add = ["SYS_ADMIN"]
            }
          }
        }

        host_pid = true

        volume {
          name = "host"
          host_path {
            path = "/var/run/docker.sock"
          }
        }

        toleration {
          key      = "node-role.kubernetes.io/control-plane"
          operator = "Exists"
        }
      }
    }
  }
}

resource "kubernetes_replication_controller" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    replicas = 3
    template {
      metadata {
        labels = { my_app = "good" }
      }
      spec {
        container {
          name  = "web"
          image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

          resources {
            requests = { cpu = "100m", memory = "64Mi" }
            limits   = { memory = "64Mi" }
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
        }

        service_account_name            = "shop"
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }
      }
    }
  }
}

resource "kubernetes_replication_controller_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    template {
      metadata {
        labels = { my_app = "bad" }
      }
      spec {
        container {
          name  = "web"
          image = "nginx"

          env {
            name  = "DB_PASSWORD"
            value = "tr0ub4dor-and-3-more"
          }

          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "api"
                key  = "key"
              }
            }
          }

          port {
            container_port = 80
            host_port      = 8080
          }

          security_context {
            privileged = true
            capabilities {
              add = ["SYS_ADMIN"]
            }
          }
        }

        host_pid = true

        volume {
          name = "host"
          host_path {
            path = "/var/run/docker.sock"
          }
        }

        toleration {
          key      = "node-role.kubernetes.io/control-plane"
          operator = "Exists"
        }
      }
    }
  }
}

resource "kubernetes_job" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    replicas = 3
    template {
      metadata {
        labels = { my_app = "good" }
      }
      spec {
        container {
          name  = "web"
          image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

          resources {
            requests = { cpu = "100m", memory = "64Mi" }
            limits   = { memory = "64Mi" }
          }

          security_context {
            allow_privilege_escalation = false
            read_only_root_filesystem  = true
            capabilities {
              drop = ["ALL"]
            }
          }
        }

        service_account_name            = "shop"
        automount_service_account_token = false

        security_context {
          run_as_non_root = true
          seccomp_profile {
            type = "RuntimeDefault"
          }
        }
      }
    }
  }
}

resource "kubernetes_job_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    template {
      metadata {
        labels = { my_app = "bad" }
      }
      spec {
        container {
          name  = "web"
          image = "nginx"

          env {
            name  = "DB_PASSWORD"
            value = "tr0ub4dor-and-3-more"
          }

          env {
            name = "API_KEY"
            value_from {
              secret_key_ref {
                name = "api"
                key  = "key"
              }
            }
          }

          port {
            container_port = 80
            host_port      = 8080
          }

          security_context {
            privileged = true
            capabilities {
              add = ["SYS_ADMIN"]
            }
          }
        }

        host_pid = true

        volume {
          name = "host"
          host_path {
            path = "/var/run/docker.sock"
          }
        }

        toleration {
          key      = "node-role.kubernetes.io/control-plane"
          operator = "Exists"
        }
      }
    }
  }
}

resource "kubernetes_cron_job" "good" {
  metadata {
    name      = "good"
    namespace = "shop"
    labels    = { "app.kubernetes.io/name" = "good" }
  }

  spec {
    schedule = "@daily"
    job_template {
      metadata {}
      spec {
        template {
          metadata {
            labels = { my_app = "good" }
          }
          spec {
            container {
              name  = "web"
              image = "registry.example.com/shop/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

              resources {
                requests = { cpu = "100m", memory = "64Mi" }
                limits   = { memory = "64Mi" }
              }

              security_context {
                allow_privilege_escalation = false
                read_only_root_filesystem  = true
                capabilities {
                  drop = ["ALL"]
                }
              }
            }

            service_account_name            = "shop"
            automount_service_account_token = false

            security_context {
              run_as_non_root = true
              seccomp_profile {
                type = "RuntimeDefault"
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_cron_job_v1" "bad" {
  metadata {
    name      = "bad"
    namespace = "default"
    labels    = { "app.kubernetes.io/name" = "bad" }
  }

  spec {
    schedule = "@daily"
    job_template {
      metadata {}
      spec {
        template {
          metadata {
            labels = { my_app = "bad" }
          }
          spec {
            container {
              name  = "web"
              image = "nginx"

              env {
                name  = "DB_PASSWORD"
                value = "tr0ub4dor-and-3-more"
              }

              env {
                name = "API_KEY"
                value_from {
                  secret_key_ref {
                    name = "api"
                    key  = "key"
                  }
                }
              }

              port {
                container_port = 80
                host_port      = 8080
              }

              security_context {
                privileged = true
                capabilities {
                  add = ["SYS_ADMIN"]
                }
              }
            }

            host_pid = true

            volume {
              name = "host"
              host_path {
                path = "/var/run/docker.sock"
              }
            }

            toleration {
              key      = "node-role.kubernetes.io/control-plane"
              operator = "Exists"
            }
          }
        }
      }
    }
  }
}
