// Package detections embeds the signs of intrusion that Demarc knows, as Sigma rules.
// Package internal/detect loads them.
package detections

import "embed"

// FS holds one folder for each detection, without its samples.
//
//go:embed */rule.yaml
var FS embed.FS
