resource "aws_emr_security_configuration" "strict" {
  name = "strict"
  configuration = jsonencode({
    EncryptionConfiguration = {
      EnableAtRestEncryption    = true
      EnableInTransitEncryption = true
      AtRestEncryptionConfiguration = {
        LocalDiskEncryptionConfiguration = {
          EncryptionKeyProviderType = "AwsKms"
          AwsKmsKey                 = "arn:aws:kms:eu-central-1:111122223333:key/1"
        }
      }
    }
    AuthenticationConfiguration = {
      KerberosConfiguration = { Provider = "ClusterDedicatedKdc" }
    }
    InstanceMetadataServiceConfiguration = { MinimumInstanceMetadataServiceVersion = 2 }
  })
}

resource "aws_emr_security_configuration" "loose" {
  name          = "loose"
  configuration = jsonencode({ EncryptionConfiguration = { EnableAtRestEncryption = false, EnableInTransitEncryption = false } })
}

resource "aws_emr_cluster" "good" {
  name                   = "etl"
  release_label          = "emr-7.5.0"
  service_role           = "arn:aws:iam::111122223333:role/emr"
  security_configuration = aws_emr_security_configuration.strict.name
  log_uri                = "s3://acme-logs/emr/"
  termination_protection = true
  ec2_attributes {
    subnet_id        = "subnet-1"
    instance_profile = "arn:aws:iam::111122223333:instance-profile/emr"
  }
  kerberos_attributes {
    realm              = "EC2.INTERNAL"
    kdc_admin_password = "T0pS3cret-horse-battery"
  }
  master_instance_group {
    instance_type  = "m7g.xlarge"
    instance_count = 3
  }
  core_instance_group {
    instance_type  = "m7g.xlarge"
    instance_count = 4
  }
}

resource "aws_emr_cluster" "bad" {
  name          = "old"
  release_label = "emr-5.20.0"
  service_role  = "arn:aws:iam::111122223333:role/emr"
  custom_ami_id = "ami-0123456789abcdef0"
  ec2_attributes {
    key_name         = "admin"
    instance_profile = "arn:aws:iam::111122223333:instance-profile/emr"
  }
}

resource "aws_emr_block_public_access_configuration" "on" {
  block_public_security_group_rules = true
}

resource "aws_emrserverless_application" "good" {
  name          = "spark"
  release_label = "emr-7.5.0"
  type          = "spark"
  network_configuration {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
  maximum_capacity {
    cpu    = "100 vCPU"
    memory = "500 GB"
  }
}

resource "aws_emrserverless_application" "bad" {
  name          = "loose"
  release_label = "emr-6.6.0"
  type          = "spark"
  image_configuration {
    image_uri = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/spark:1"
  }
  monitoring_configuration {
    managed_persistence_monitoring_configuration {
      enabled = false
    }
  }
}

resource "aws_emr_studio" "good" {
  name                        = "studio"
  auth_mode                   = "SSO"
  default_s3_location         = "s3://acme-studio/"
  service_role                = "arn:aws:iam::111122223333:role/studio"
  encryption_key_arn          = "arn:aws:kms:eu-central-1:111122223333:key/1"
  vpc_id                      = "vpc-1"
  subnet_ids                  = ["subnet-1"]
  engine_security_group_id    = "sg-1"
  workspace_security_group_id = "sg-2"
}

resource "aws_emr_studio" "bare" {
  name                        = "bare"
  auth_mode                   = "IAM"
  default_s3_location         = "s3://acme-studio/"
  service_role                = "arn:aws:iam::111122223333:role/studio"
  vpc_id                      = "vpc-1"
  subnet_ids                  = ["subnet-1"]
  engine_security_group_id    = "sg-1"
  workspace_security_group_id = "sg-2"
}

resource "aws_emrcontainers_virtual_cluster" "eks" {
  name = "eks"
  container_provider {
    id   = "cluster"
    type = "EKS"
    info {
      eks_info {
        namespace = "spark"
      }
    }
  }
}
