variable "services" {
  description = "What the shop consists of, apart from the storefront."
  type = map(object({
    paths            = list(string)
    replicas         = optional(number, 2)
    platform_version = optional(string, "LATEST")
    tag              = optional(string)
    digest           = optional(string)
  }))
}

variable "payment_endpoint" {
  description = "Where the payment provider listens; given by the pipeline."
  type        = string
}

variable "read_replicas" {
  type    = number
  default = 1
}
