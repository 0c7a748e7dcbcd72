variable "name" {
  type = string
}

variable "runtime" {
  description = "Managed runtime; null for a container image."
  type        = string
  default     = null
}

variable "image" {
  type    = string
  default = null
}

variable "runtime_updates" {
  description = "When the service moves the function to a newer runtime version: Auto, FunctionUpdate or Manual."
  type        = string
  default     = null
}

variable "runtime_version_arn" {
  type    = string
  default = null
}

variable "bucket" {
  type    = string
  default = "fernhill-production-artefacts"
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "key_arn" {
  type    = string
  default = null
}

variable "network" {
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null
}

variable "statements" {
  description = "What the code may do."
  type = list(object({
    actions   = list(string)
    resources = list(string)
  }))
  default = []
}

variable "invoker" {
  description = "Service principal and ARN that may call the function."
  type = object({
    principal  = string
    source_arn = string
  })
  default = null
}

variable "dead_letter_arn" {
  type    = string
  default = null
}
