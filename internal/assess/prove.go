package assess

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/check"
)

// ProveCheck assesses a check's fixtures in dir/<id>, each alone, and lists
// where the check does not say what the fixture's name promises. Resources
// whose name begins with "other" are only there for the rest, and so is the
// account where nothing in the fixture sets anything for it.
func (e *Engine) ProveCheck(ctx context.Context, c *check.Check, dir string) ([]string, error) {
	var mistakes []string
	for _, want := range []check.Outcome{check.Pass, check.Fail, check.Unknown} {
		files, err := filepath.Glob(filepath.Join(dir, c.Dir, want.String()+"*.tf"))
		if err != nil {
			return nil, err
		}
		if len(files) == 0 && want != check.Unknown {
			mistakes = append(mistakes, fmt.Sprintf("has no fixture %s.tf", want))
		}
		slices.Sort(files)
		for _, file := range files {
			found, err := e.proveFixture(ctx, c, file, want)
			if err != nil {
				return nil, err
			}
			mistakes = append(mistakes, found...)
		}
	}
	return mistakes, nil
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
	name := address[strings.LastIndexByte(strings.SplitN(address, "[", 2)[0], '.')+1:]
	return strings.HasPrefix(name, "other")
}
