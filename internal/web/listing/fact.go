package listing

import (
	"github.com/go-json-experiment/json"

	"github.com/demarc-sec/demarc/internal/report"
)

// FactValue is a fact's value as people read it, bounded.
func FactValue(f report.Fact) string {
	if f.Unknown != "" {
		return "unknown: " + f.Unknown
	}
	if s, ok := f.Value.(string); ok {
		return clip(s)
	}
	b, err := json.Marshal(f.Value, json.Deterministic(true))
	if err != nil {
		return "not to be shown"
	}
	return clip(string(b))
}

func clip(s string) string {
	r := []rune(s)
	if len(r) > 400 {
		return string(r[:400]) + "…"
	}
	return s
}
