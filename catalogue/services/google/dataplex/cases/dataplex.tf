resource "google_dataplex_lake" "good" {
  name = "sales"
}

resource "google_dataplex_zone" "good" {
  name = "raw"
  lake = google_dataplex_lake.good.name
}

resource "google_dataplex_asset" "good" {
  name = "orders"
  lake = google_dataplex_lake.good.name
  dataplex_zone = google_dataplex_zone.good.name
  resource_spec {
    name = "projects/acme/buckets/acme-orders"
    type = "STORAGE_BUCKET"
  }
}

resource "google_dataplex_task" "good" {
  task_id = "clean"
  execution_spec {
    service_account = "etl@acme.iam.gserviceaccount.com"
    kms_key = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  }
}

resource "google_dataplex_task" "bad" {
  task_id = "lab"
  execution_spec {
    service_account = "etl@acme.iam.gserviceaccount.com"
  }
}

resource "google_dataplex_datascan" "good" {
  data_scan_id = "quality"
  data {
    resource = "//bigquery.googleapis.com/projects/acme/datasets/orders/tables/lines"
  }
}

resource "google_dataplex_entry_group" "good" {
  entry_group_id = "external"
}

resource "google_dataplex_entry_type" "good" {
  entry_type_id = "model"
}

resource "google_dataplex_aspect_type" "good" {
  aspect_type_id = "quality"
}

resource "google_dataplex_glossary" "good" {
  glossary_id = "terms"
}

resource "google_data_catalog_entry_group" "good" {
  entry_group_id = "external"
}

resource "google_data_catalog_taxonomy" "good" {
  display_name = "sensitivity"
}

resource "google_data_catalog_policy_tag" "good" {
  display_name = "secret"
  taxonomy = google_data_catalog_taxonomy.good.id
}

resource "google_data_catalog_tag_template" "good" {
  tag_template_id = "owner"
}

resource "google_biglake_catalog" "good" {
  name = "lake"
}

resource "google_dataform_repository" "good" {
  name = "models"
  kms_key_name = "projects/acme/locations/europe-west1/keyRings/data/cryptoKeys/data"
  service_account = "etl@acme.iam.gserviceaccount.com"
}

resource "google_dataform_repository" "bad" {
  name = "lab"
}

resource "google_dataplex_lake_iam_member" "good" {
  lake = google_dataplex_lake.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_lake_iam_binding" "good" {
  lake = google_dataplex_lake.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_lake_iam_policy" "good" {
  lake = google_dataplex_lake.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_zone_iam_member" "good" {
  dataplex_zone = google_dataplex_zone.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_zone_iam_binding" "good" {
  dataplex_zone = google_dataplex_zone.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_zone_iam_policy" "good" {
  dataplex_zone = google_dataplex_zone.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_asset_iam_member" "good" {
  asset = google_dataplex_asset.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_asset_iam_binding" "good" {
  asset = google_dataplex_asset.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_asset_iam_policy" "good" {
  asset = google_dataplex_asset.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_task_iam_member" "good" {
  task_id = google_dataplex_task.good.task_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_task_iam_binding" "good" {
  task_id = google_dataplex_task.good.task_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_task_iam_policy" "good" {
  task_id = google_dataplex_task.good.task_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_datascan_iam_member" "good" {
  data_scan_id = google_dataplex_datascan.good.data_scan_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_datascan_iam_binding" "good" {
  data_scan_id = google_dataplex_datascan.good.data_scan_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_datascan_iam_policy" "good" {
  data_scan_id = google_dataplex_datascan.good.data_scan_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_entry_group_iam_member" "good" {
  entry_group_id = google_dataplex_entry_group.good.entry_group_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_entry_group_iam_binding" "good" {
  entry_group_id = google_dataplex_entry_group.good.entry_group_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_entry_group_iam_policy" "good" {
  entry_group_id = google_dataplex_entry_group.good.entry_group_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_entry_type_iam_member" "good" {
  entry_type_id = google_dataplex_entry_type.good.entry_type_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_entry_type_iam_binding" "good" {
  entry_type_id = google_dataplex_entry_type.good.entry_type_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_entry_type_iam_policy" "good" {
  entry_type_id = google_dataplex_entry_type.good.entry_type_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_aspect_type_iam_member" "good" {
  aspect_type_id = google_dataplex_aspect_type.good.aspect_type_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_aspect_type_iam_binding" "good" {
  aspect_type_id = google_dataplex_aspect_type.good.aspect_type_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_aspect_type_iam_policy" "good" {
  aspect_type_id = google_dataplex_aspect_type.good.aspect_type_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataplex_glossary_iam_member" "good" {
  glossary_id = google_dataplex_glossary.good.glossary_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataplex_glossary_iam_binding" "good" {
  glossary_id = google_dataplex_glossary.good.glossary_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataplex_glossary_iam_policy" "good" {
  glossary_id = google_dataplex_glossary.good.glossary_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_data_catalog_entry_group_iam_member" "good" {
  entry_group = google_data_catalog_entry_group.good.entry_group_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_data_catalog_entry_group_iam_binding" "good" {
  entry_group = google_data_catalog_entry_group.good.entry_group_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_data_catalog_entry_group_iam_policy" "good" {
  entry_group = google_data_catalog_entry_group.good.entry_group_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_data_catalog_taxonomy_iam_member" "good" {
  taxonomy = google_data_catalog_taxonomy.good.id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_data_catalog_taxonomy_iam_binding" "good" {
  taxonomy = google_data_catalog_taxonomy.good.id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_data_catalog_taxonomy_iam_policy" "good" {
  taxonomy = google_data_catalog_taxonomy.good.id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_data_catalog_policy_tag_iam_member" "good" {
  policy_tag = google_data_catalog_policy_tag.good.id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_data_catalog_policy_tag_iam_binding" "good" {
  policy_tag = google_data_catalog_policy_tag.good.id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_data_catalog_policy_tag_iam_policy" "good" {
  policy_tag = google_data_catalog_policy_tag.good.id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_data_catalog_tag_template_iam_member" "good" {
  tag_template = google_data_catalog_tag_template.good.tag_template_id
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_data_catalog_tag_template_iam_binding" "good" {
  tag_template = google_data_catalog_tag_template.good.tag_template_id
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_data_catalog_tag_template_iam_policy" "good" {
  tag_template = google_data_catalog_tag_template.good.tag_template_id
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}

resource "google_dataform_repository_iam_member" "good" {
  repository = google_dataform_repository.good.name
  role = "roles/viewer"
  member = "group:readers@example.com"
}

resource "google_dataform_repository_iam_binding" "good" {
  repository = google_dataform_repository.good.name
  role = "roles/editor"
  members = ["user:jane@example.com"]
}

resource "google_dataform_repository_iam_policy" "good" {
  repository = google_dataform_repository.good.name
  policy_data = jsonencode({ bindings = [{ role = "roles/owner", members = ["group:owners@example.com"] }] })
}
