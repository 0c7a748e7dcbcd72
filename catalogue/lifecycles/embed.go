// Package lifecycles embeds the support calendars of versions, one file for
// each product. Package internal/enrich/lifecycle reads them.
package lifecycles

import "embed"

// FS holds PRODUCT.yaml for each product.
//
//go:embed *.yaml
var FS embed.FS
