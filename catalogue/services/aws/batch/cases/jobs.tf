resource "aws_batch_compute_environment" "fargate" {
  name = "fargate"
  type = "MANAGED"
  compute_resources {
    type               = "FARGATE"
    max_vcpus          = 16
    subnets            = ["subnet-0a1b2c3d", "subnet-0b1b2c3d"]
    security_group_ids = ["sg-0a1b2c3d"]
  }
}

resource "aws_batch_compute_environment" "machines" {
  name = "machines"
  type = "MANAGED"
  compute_resources {
    type          = "EC2"
    max_vcpus     = 16
    instance_type = ["m7i.large"]
    instance_role = "arn:aws:iam::111122223333:instance-profile/batch"
    subnets       = ["subnet-0a1b2c3d"]
  }
}

resource "aws_batch_compute_environment" "own_image" {
  name = "own-image"
  type = "MANAGED"
  compute_resources {
    type      = "SPOT"
    max_vcpus = 16
    subnets   = ["subnet-0a1b2c3d"]
    ec2_configuration {
      image_id_override = "ami-0123456789abcdef0"
    }
  }
}

resource "aws_batch_compute_environment" "unmanaged" {
  name = "unmanaged"
  type = "UNMANAGED"
}

resource "aws_batch_compute_environment" "template" {
  name = "template"
  type = "MANAGED"
  compute_resources {
    type      = "EC2"
    max_vcpus = 16
    subnets   = ["subnet-0a1b2c3d"]
    launch_template {
      launch_template_id = "lt-0123456789abcdef0"
    }
  }
}

resource "aws_batch_job_definition" "good" {
  name = "good"
  type = "container"
  container_properties = jsonencode({
    image                  = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/job@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    readonlyRootFilesystem = true
    jobRoleArn             = "arn:aws:iam::111122223333:role/job"
    environment            = [{ name = "STAGE", value = "prod" }]
  })
}

resource "aws_batch_job_definition" "bad" {
  name = "bad"
  type = "container"
  container_properties = jsonencode({
    image                = "busybox"
    privileged           = true
    networkConfiguration = { assignPublicIp = "ENABLED" }
    environment          = [{ name = "AWS_SECRET_ACCESS_KEY", value = "Zq3kT8vXw1LmN5pR7sBdF9hJ2yGcA4eU6iOtYrKw" }]
  })
}

resource "aws_batch_job_definition" "pods" {
  name = "pods"
  type = "container"
  eks_properties {
    pod_properties {
      host_network = false
      containers {
        image = "busybox"
        security_context {
          privileged                 = false
          read_only_root_file_system = true
        }
      }
    }
  }
}

resource "aws_batch_job_definition" "pods_host" {
  name = "pods-host"
  type = "container"
  eks_properties {
    pod_properties {
      containers {
        image = "busybox"
        security_context {
          privileged = true
        }
      }
    }
  }
}
