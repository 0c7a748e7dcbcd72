variable "name" {
  type = string
}

variable "engine" {
  type    = string
  default = "postgres"
}

variable "engine_version" {
  type = string
}

variable "instance_class" {
  type    = string
  default = "db.r7g.large"
}

variable "storage_gb" {
  type    = number
  default = 200
}

variable "key_arn" {
  type    = string
  default = null
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "client_group_ids" {
  description = "Security groups that may connect, by what they are for."
  type        = map(string)
  default     = {}
}

variable "protection" {
  description = "What keeps the data: all of it in production, less elsewhere."
  type = object({
    multi_az            = optional(bool, true)
    backup_days         = optional(number, 14)
    deletion_protection = optional(bool, true)
    minor_upgrades      = optional(bool, true)
  })
  default = {}
}

variable "replicas" {
  type    = number
  default = 0
}

variable "parameters" {
  type    = map(string)
  default = {}
}
