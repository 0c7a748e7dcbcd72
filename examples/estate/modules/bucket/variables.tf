variable "name" {
  type = string
}

variable "key_arn" {
  description = "KMS key for the objects; without one the service's own key is used."
  type        = string
  default     = null
}

variable "versioned" {
  type    = bool
  default = true
}

variable "website" {
  description = "Serves web pages to everybody. Opens the bucket for reading."
  type        = bool
  default     = false
}

variable "expire_days" {
  type    = number
  default = null
}

variable "log_bucket" {
  type    = string
  default = null
}

variable "policy" {
  description = "A policy document laid over the one that refuses plain HTTP."
  type        = string
  default     = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
