package assess

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/check"
)

// ProveCheck assesses a check's fixtures in dir/<id>, each alone, and lists
// where the check does not say what the fixture's name promises. Resources
// whose name begins with "other" are only there for the rest, and so is the
// account where nothing in the fixture sets anything for it.
func (e *Engine) ProveCheck(ctx context.Context, c *check.Check, dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, c.Dir))
	if err != nil {
		return nil, err
	}
	var mistakes []string
	shown := map[string]map[check.Outcome]bool{} // by dialect
	for _, d := range entries {
		stem, ending, _, ok := catalogue.Fixture(d.Name())
		if !ok {
			continue
		}
		want, ok := promised(stem)
		if !ok {
			mistakes = append(mistakes, d.Name()+": a fixture's name begins with pass, fail or unknown")
			continue
		}
		if shown[ending] == nil {
			shown[ending] = map[check.Outcome]bool{}
		}
		shown[ending][want] = true
		found, err := e.proveFixture(ctx, c, filepath.Join(dir, c.Dir, d.Name()), want)
		if err != nil {
			return nil, err
		}
		mistakes = append(mistakes, found...)
	}
	if len(shown) == 0 {
		mistakes = append(mistakes, "has no fixture")
	}
	for _, ending := range slices.Sorted(maps.Keys(shown)) {
		for _, want := range []check.Outcome{check.Pass, check.Fail} { // a dialect that is claimed is proved both ways
			if !shown[ending][want] {
				mistakes = append(mistakes, fmt.Sprintf("has no fixture %s%s", want, ending))
			}
		}
	}
	return mistakes, nil
}

// promised is what a fixture of that name says must come out.
func promised(stem string) (check.Outcome, bool) {
	for _, o := range []check.Outcome{check.Pass, check.Fail, check.Unknown} {
		if strings.HasPrefix(stem, o.String()) {
			return o, true
		}
	}
	return check.Unknown, false
}

func (e *Engine) proveFixture(ctx context.Context, c *check.Check, file string, want check.Outcome) (mistakes []string, err error) {
	res, err := e.isolated(ctx, file)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return []string{err.Error()}, nil //nolint:nilerr // a fixture that cannot be read is a mistake of the check's
	}
	asked := 0
	for _, entry := range res.Ledger.Entries {
		for _, r := range entry.Results {
			if r.Check != c || r.Outcome == check.NotApplicable || isOther(entry.Asset.Address) {
				continue
			}
			if r.Outcome != check.Fail && r.Outcome != want && len(entry.Asset.Addresses) == 0 {
				continue // the account, of which the fixture says nothing
			}
			asked++
			if r.Outcome != want {
				why := ""
				if r.Outcome == check.Unknown {
					why = " (" + c.Reason(entry.Asset) + ")"
				}
				mistakes = append(mistakes, fmt.Sprintf("%s: %s is %s%s", filepath.Base(file), entry.Asset.Address, r.Outcome, why))
			}
		}
	}
	if asked == 0 {
		mistakes = append(mistakes, filepath.Base(file)+": the check is asked of nothing in it")
	}
	return mistakes, nil
}

func isOther(address string) bool {
	return strings.HasPrefix(strings.ToLower(label(address)), "other")
}
