# A step of an image's build with Packer. --defer keeps server and token for the
# first start and makes no key: each server that starts from the image gets an
# identity of its own. Other tools run the same two commands.
#
# The token lies in the image until the first start has used it. Give it one that may
# be used by this image's group alone and runs out with the image; or leave
# --defer out, give --no-enrol, and have cloud-init.yaml enrol.

variable "demarc_server" {
  type    = string
  default = "https://demarc.example.com"
}

variable "demarc_token" {
  type      = string
  sensitive = true
}

build {
  sources = ["amazon-ebs.server"] # yours

  provisioner "shell" {
    environment_vars = ["DEMARC_AGENT_TOKEN=${var.demarc_token}"]
    execute_command  = "sudo env {{ .Vars }} sh '{{ .Path }}'"
    inline = [
      "curl -fsSL --proto '=https' ${var.demarc_server}/agent/install.sh | sh -s -- --defer --ephemeral --label image=web",
      "test ! -e /var/lib/demarc-agent/identity.json", # the identity is not in the image
      "truncate -s 0 /etc/machine-id",                 # nor is the machine's id
    ]
  }
}
