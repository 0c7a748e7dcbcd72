package htmlreport

import "github.com/demarc-sec/demarc/internal/report"

// bounds says what of a large assessment the page keeps.
type bounds struct {
	all      bool            // everything fits
	detailed map[string]bool // assets shown with their duties and facts
	listed   map[string]bool // assets a kept finding names
	findings map[string]bool // fingerprints kept
	left     leftOut
}

// leftOut is told to the reader.
type leftOut struct {
	Assets   int    `json:"assets"`   // assets of which the page holds no detail
	Findings int    `json:"findings"` // findings not in the page
	Failing  int    `json:"failing"`  // of these, failing or unverified ones
	Complete string `json:"complete"`
}

func (f Format) bounds(a *report.Assessment) bounds {
	assets, findings := 0, 0
	for range a.Assets {
		assets++
	}
	for range a.Findings {
		findings++
	}
	b := bounds{
		all:      assets <= f.MaxAssets && findings <= f.MaxFindings,
		detailed: map[string]bool{},
		listed:   map[string]bool{},
		findings: map[string]bool{},
		left:     leftOut{Complete: f.Complete},
	}
	if b.all {
		return b
	}
	detail := func(asset string) {
		b.listed[asset] = true
		if len(b.detailed) < f.MaxAssets {
			b.detailed[asset] = true
		}
	}
	for _, l := range a.Weakest {
		detail(l.Asset)
		for _, id := range l.Through {
			detail(id)
		}
	}
	// Findings come sorted by severity, so what a full page drops is the mildest.
	for _, result := range []string{report.Fail, report.ResultUnknown} {
		for fi := range a.Findings {
			switch {
			case fi.Result != result:
			case len(b.findings) >= f.MaxFindings:
				b.left.Failing++
			default:
				b.findings[fi.Fingerprint] = true
				detail(fi.Asset)
			}
		}
	}
	// Room that is left goes to assets in their own order.
	if assets <= f.MaxAssets {
		for as := range a.Assets {
			detail(as.ID)
		}
	}
	b.left.Assets = assets - len(b.detailed)
	b.left.Findings = findings - len(b.findings)
	return b
}

func (b bounds) lists(asset string) bool   { return b.all || b.listed[asset] }
func (b bounds) details(asset string) bool { return b.all || b.detailed[asset] }
func (b bounds) keeps(f report.Finding) bool {
	return b.all || b.findings[f.Fingerprint]
}
