package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/demarc-sec/demarc/internal/report"
)

// baselineFile is a set of known findings. Check and asset are there for the
// reader; only the fingerprint counts.
type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

type baselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Check       string `json:"check"`
	Asset       string `json:"asset"`
}

func readBaseline(path string) (map[string]bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var b baselineFile
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("%s: is no baseline: %w; make one with --create-baseline", path, err)
	}
	if b.Version != 1 {
		return nil, fmt.Errorf("%s: baseline version %d, this program knows 1; make it anew with --create-baseline", path, b.Version)
	}
	out := make(map[string]bool, len(b.Findings))
	for _, e := range b.Findings {
		out[e.Fingerprint] = true
	}
	return out, nil
}

func writeBaseline(path string, a *report.Assessment) error {
	b := baselineFile{Version: 1, Findings: []baselineEntry{}}
	for x := range a.Findings {
		if x.Result == report.Fail {
			b.Findings = append(b.Findings, baselineEntry{x.Fingerprint, x.Check, x.Asset})
		}
	}
	return writeFile(path, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(b)
	})
}
