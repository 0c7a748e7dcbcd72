package watchers

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/estate"
)

func detector(account *estate.Asset, value any) *estate.Asset {
	a := &estate.Asset{
		Service: "aws/guardduty", Means: "aws_guardduty_detector", Provider: "aws",
		Relations: []estate.Relation{{Name: "account", To: account}},
	}
	f := estate.Fact{Name: "detector_enabled", Value: value}
	if value == nil {
		f.Unknown = "later"
	}
	a.SetFact(f)
	return a
}

func TestThreatDetection(t *testing.T) {
	for _, c := range []struct {
		name      string
		detectors []any
		want      any // nil: unknown
	}{
		{"none", nil, nil},
		{"on", []any{true}, true},
		{"off", []any{false}, false},
		{"not known", []any{nil}, nil},
		{"one off, one on", []any{false, true}, true},
		{"one on, one off", []any{true, false}, true},
		{"one off, one not known", []any{false, nil}, nil},
		{"one not known, one off", []any{nil, false}, nil},
	} {
		acc := &estate.Asset{Kind: "account", Provider: "aws"}
		e := &estate.Estate{Assets: []*estate.Asset{acc}}
		for _, d := range c.detectors {
			e.Assets = append(e.Assets, detector(acc, d))
		}
		Enrich(e)
		got, ok := acc.Fact("threat_detection_on")
		if !ok || got.Value != c.want || got.Known() != (c.want != nil) {
			t.Errorf("%s: got %v (%s), want %v", c.name, got.Value, got.Unknown, c.want)
		}
	}
}
