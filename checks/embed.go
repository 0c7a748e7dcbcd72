// Package checks embeds the checks' data files. Package internal/check loads
// them.
package checks

import "embed"

// FS holds one folder for each check, without its fixtures.
//
//go:embed */check.yaml
var FS embed.FS
