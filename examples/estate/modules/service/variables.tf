variable "name" {
  type = string
}

variable "cluster_arn" {
  type = string
}

variable "image" {
  type = string
}

variable "port" {
  type    = number
  default = 8080
}

variable "launch_type" {
  type    = string
  default = "FARGATE"
}

variable "platform_version" {
  type    = string
  default = null
}

variable "replicas" {
  type    = number
  default = 2
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "listener_arn" {
  description = "Listener that sends requests here; without one the service is internal."
  type        = string
  default     = null
}

variable "paths" {
  type    = list(string)
  default = ["/*"]
}

variable "front_group_id" {
  description = "Security group of what calls the service."
  type        = string
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "secrets" {
  type    = map(string)
  default = {}
}

variable "permissions" {
  description = "Policy document for the code."
  type        = string
  default     = null
}

variable "shell" {
  description = "Lets operators open a shell in a container."
  type        = bool
  default     = false
}
