// Package catalogue embeds the catalogue's data files. Package
// internal/catalogue loads them.
package catalogue

import "embed"

// FS holds the catalogue without its cases.
//
//go:embed *.yaml evidence services/*/*/*.yaml
var FS embed.FS
