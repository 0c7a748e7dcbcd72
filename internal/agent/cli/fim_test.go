package cli

import (
	"errors"
	"io"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/fim"
)

// What was not seen is no clean result.
func TestIncompleteIsNotClean(t *testing.T) {
	whole, part := fim.Report{}, fim.Report{}
	whole.Coverage.Complete = true
	changed := whole
	changed.Changes = []fim.Change{{Path: "/etc/passwd"}}
	for _, c := range []struct {
		name  string
		f     fimFlags
		of    fim.Report
		wants error
	}{
		{"clean", fimFlags{failOn: "any"}, whole, nil},
		{"changed", fimFlags{failOn: "any"}, changed, errFound},
		{"not all seen", fimFlags{failOn: "any"}, part, errIncomplete},
		{"and that is allowed", fimFlags{failOn: "any", allowIncomplete: true}, part, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.f.print(io.Discard, &c.of); !errors.Is(err, c.wants) {
				t.Errorf("%v, want %v", err, c.wants)
			}
		})
	}
}
