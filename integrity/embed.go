// Package integrity embeds the policies of file integrity. Package
// internal/agent/fim/policy loads them.
package integrity

import "embed"

// FS holds one file for each policy.
//
//go:embed *.yaml
var FS embed.FS
