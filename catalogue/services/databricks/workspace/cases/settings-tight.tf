resource "databricks_aibi_dashboard_embedding_access_policy_setting" "main" {
  aibi_dashboard_embedding_access_policy {
    access_policy_type = "DENY_ALL_DOMAINS"
  }
}

resource "databricks_enhanced_security_monitoring_workspace_setting" "main" {
  enhanced_security_monitoring_workspace {
    is_enabled = true
  }
}

resource "databricks_automatic_cluster_update_workspace_setting" "main" {
  automatic_cluster_update_workspace {
    enabled = true
  }
}

resource "databricks_disable_legacy_features_setting" "main" {
  disable_legacy_features {
    value = true
  }
}
