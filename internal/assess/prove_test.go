package assess

import (
	"testing"
)

// TestChecks proves every check against its fixtures.
func TestChecks(t *testing.T) {
	e := engine(t)
	for _, c := range e.Checks.All() {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			mistakes, err := e.ProveCheck(t.Context(), c, "../../checks")
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mistakes {
				t.Error(m)
			}
		})
	}
}
