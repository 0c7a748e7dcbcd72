package inventory

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/report"
)

// blind is what a snapshot could not read: assets that are missing there may
// well still be there.
type blind struct {
	all  bool
	dirs []string
}

// blindSpots gathers where input was broken. A gap that only leaves a value
// open hides no asset.
func blindSpots(sources []report.Source) blind {
	var b blind
	for _, s := range sources {
		for _, g := range s.Gaps {
			switch {
			case !g.Error:
			case g.Location.File == "":
				b.all = true
			default:
				b.dirs = append(b.dirs, path.Dir(g.Location.File))
			}
		}
	}
	slices.Sort(b.dirs)
	b.dirs = slices.Compact(b.dirs)
	return b
}

func (b blind) none() bool { return !b.all && len(b.dirs) == 0 }

// hides reports whether the asset stood, or was called, in a directory of
// which something could not be read, or below one.
func (b blind) hides(a *report.Asset) bool {
	if b.all {
		return true
	}
	in := func(file string) bool {
		return slices.ContainsFunc(b.dirs, func(dir string) bool {
			return dir == "." || path.Dir(file) == dir || strings.HasPrefix(file, dir+"/")
		})
	}
	if in(a.Location.File) {
		return true
	}
	for _, call := range a.Calls {
		if in(call.File) {
			return true
		}
	}
	return false
}

// unseen divides missing assets into those that are gone and those that may
// only be hidden.
func (b blind) unseen(ctx context.Context, tx bun.IDB, missing []int64) (gone, hidden []int64, err error) {
	if b.none() {
		return missing, nil, nil
	}
	for part := range slices.Chunk(missing, batchSize) {
		var rows []bodyRow
		if err := tx.NewSelect().Model(&rows).Where("asset IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			var a report.Asset
			if err := json.Unmarshal([]byte(row.Body), &a); err != nil {
				return nil, nil, err
			}
			if b.hides(&a) {
				hidden = append(hidden, row.Asset)
			} else {
				gone = append(gone, row.Asset)
			}
		}
	}
	return gone, hidden, nil
}
