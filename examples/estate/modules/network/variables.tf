variable "name" {
  type = string
}

variable "cidr" {
  type = string
}

variable "zones" {
  description = "Letters of the availability zones, in the order in which they get their ranges."
  type        = list(string)
  default     = ["a", "b", "c"]
}

variable "nat" {
  description = "How private subnets reach the internet: none, one, or one in every zone."
  type        = string
  default     = "one"

  validation {
    condition     = contains(["none", "one", "each"], var.nat)
    error_message = "Choose none, one or each."
  }
}

variable "flow_logs" {
  type    = bool
  default = true
}

variable "flow_log_days" {
  type    = number
  default = 365
}

variable "endpoints" {
  description = "Provider services reached inside the network: name to type."
  type        = map(string)
  default     = {}
}
