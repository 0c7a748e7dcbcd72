resource "aws_redshift_cluster" "warehouse" {
  cluster_identifier     = "warehouse"
  node_type              = "ra3.large"
  master_username        = "loader"
  manage_master_password = true
}

resource "aws_redshiftserverless_workgroup" "adhoc" {
  namespace_name = "adhoc"
  workgroup_name = "adhoc"
}

resource "aws_sagemaker_model" "score" {
  name               = "score"
  execution_role_arn = "arn:aws:iam::111122223333:role/score"
  primary_container {
    image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/score:3"
  }
}
