resource "databricks_aibi_dashboard_embedding_access_policy_setting" "main" {
  aibi_dashboard_embedding_access_policy {
    access_policy_type = "ALLOW_ALL_DOMAINS"
  }
}

resource "databricks_enhanced_security_monitoring_workspace_setting" "main" {
  enhanced_security_monitoring_workspace {
    is_enabled = false
  }
}

resource "databricks_automatic_cluster_update_workspace_setting" "main" {
  automatic_cluster_update_workspace {
    enabled = false
  }
}

resource "databricks_disable_legacy_access_setting" "main" {
  disable_legacy_access {
    value = false
  }
}
