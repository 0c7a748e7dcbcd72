# Staging is one root module: smaller, cheaper, and in places a little too
# comfortable.

module "network" {
  source = "../../modules/network"

  name      = "staging"
  cidr      = "10.40.0.0/16"
  zones     = ["a", "b"]
  nat       = "one"
  flow_logs = false
}

resource "aws_ecs_cluster" "this" {
  name = "staging"
}

resource "aws_security_group" "front" {
  name        = "staging-front"
  description = "Load balancer of staging"
  vpc_id      = module.network.vpc_id

  dynamic "ingress" {
    for_each = { http = 80, https = 443 }
    content {
      description = ingress.key
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = var.office_cidrs
    }
  }

  egress {
    description = "Targets"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "this" {
  name               = "staging"
  load_balancer_type = "application"
  subnets            = module.network.public_subnet_ids
  security_groups    = [aws_security_group.front.id]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

module "storefront" {
  source = "../../modules/service"

  name             = "storefront"
  cluster_arn      = aws_ecs_cluster.this.arn
  image            = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/storefront:latest"
  platform_version = "LATEST"
  replicas         = 1
  shell            = true
  vpc_id           = module.network.vpc_id
  subnet_ids       = module.network.private_subnet_ids
  listener_arn     = aws_lb_listener.http.arn
  front_group_id   = aws_security_group.front.id

  environment = {
    DATABASE_HOST = module.orders.address
    PAYMENT_MODE  = "sandbox"
    # From the provider's documentation, put here to show where a key must not be.
    AWS_ACCESS_KEY_ID     = "AKIAIOSFODNN7EXAMPLE"
    AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  }
}

module "orders" {
  source = "../../modules/database"

  name           = "orders-staging"
  engine_version = "13.14"
  instance_class = "db.t4g.medium"
  storage_gb     = 50
  vpc_id         = module.network.vpc_id
  subnet_ids     = module.network.private_subnet_ids

  client_group_ids = {
    storefront = module.storefront.security_group_id
  }

  protection = {
    multi_az            = false
    backup_days         = 1
    deletion_protection = false
    minor_upgrades      = false
  }
}

# Copied from production every night, names and addresses included.
module "exports" {
  source = "../../modules/bucket"

  name      = "fernhill-staging-exports"
  versioned = false
  tags      = { classification = "personal" }
}

resource "aws_instance" "search_trial" {
  ami                         = data.aws_ami.ubuntu.id
  instance_type               = "t3.large"
  subnet_id                   = module.network.public_subnet_ids[0]
  vpc_security_group_ids      = [aws_security_group.trial.id]
  associate_public_ip_address = true

  root_block_device {
    encrypted   = false
    volume_size = 100
  }
}

data "aws_ami" "ubuntu" {
  most_recent = true
  owners      = ["099720109477"]

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

resource "aws_security_group" "trial" {
  name   = "search-trial"
  vpc_id = module.network.vpc_id
}

resource "aws_security_group_rule" "trial" {
  for_each = { ssh = 22, search = 9200 }

  type              = "ingress"
  security_group_id = aws_security_group.trial.id
  protocol          = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_blocks       = ["0.0.0.0/0"]
}

# A trial cache for every team that asks for one: the list is given when
# staging is built, so how many there are is not known here.
variable "trial_teams" {
  type = set(string)
}

# And whether they are upgraded by themselves, which decides whose job that is.
variable "trial_upgrades" {
  type = bool
}

resource "aws_elasticache_cluster" "trial" {
  for_each = var.trial_teams

  cluster_id                 = "trial-${each.key}"
  engine                     = "memcached"
  node_type                  = "cache.t4g.small"
  num_cache_nodes            = 1
  transit_encryption_enabled = false
  auto_minor_version_upgrade = var.trial_upgrades
}

variable "office_cidrs" {
  type = list(string)
}
