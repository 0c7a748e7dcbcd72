package packages

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"sort"
	"strings"
)

const snapState = "var/lib/snapd/state.json"

// readSnap reads which revision of each snap is in use. The state names no
// version: that is in the snap, where it is mounted.
func readSnap(fsys fs.FS, inv *Inventory) error {
	b, err := readFile(fsys, snapState, maxText)
	if err != nil {
		if absent(err) {
			return nil
		}
		return fmt.Errorf("snapd's state: %w", err)
	}
	var state struct {
		Data struct {
			Snaps map[string]struct {
				Type    string `json:"type"`
				Current string `json:"current"`
				Channel string `json:"channel"`
				Refresh string `json:"last-refresh-time"`
			} `json:"snaps"`
		} `json:"data"`
	}
	if err := json.Unmarshal(b, &state); err != nil {
		return fmt.Errorf("snapd's state: %w", err)
	}
	before := len(inv.Packages)
	names := make([]string, 0, len(state.Data.Snaps))
	for name := range state.Data.Snaps {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		s := state.Data.Snaps[name]
		if !inv.add(Package{Manager: Snap, Name: name, Version: snapVersion(fsys, name, s.Current), Source: name, Vendor: s.Channel}) {
			break
		}
	}
	inv.found(fsys, Snap, snapState, before)
	return nil
}

// snapVersion reads a snap's own version, or else names its revision.
func snapVersion(fsys fs.FS, name, revision string) string {
	for _, root := range []string{"snap/", "var/lib/snapd/snap/"} {
		path := root + name + "/" + revision + "/meta/snap.yaml"
		if !fs.ValidPath(path) {
			break
		}
		b, err := readFile(fsys, path, 1<<20)
		if err != nil {
			continue
		}
		for l := range strings.Lines(string(b)) {
			if v, ok := strings.CutPrefix(l, "version:"); ok {
				return strings.Trim(strings.TrimSpace(v), `"'`)
			}
		}
	}
	if revision == "" {
		return "" // and then it is a package without a version, which is a problem
	}
	return "revision " + revision
}
