package packages

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"time"
)

// Homebrew is its own manager.
const Homebrew = "homebrew"

// homebrews are where Homebrew keeps what it installed: on Apple's processors, on
// Intel's, and on Linux.
var homebrews = []string{"opt/homebrew", "usr/local", "home/linuxbrew/.linuxbrew"}

// ReadHomebrew adds what Homebrew installed below a root: formulae, which are directories by
// name and version with a receipt, and casks.
func ReadHomebrew(fsys fs.FS, inv *Inventory) {
	for _, prefix := range homebrews {
		for _, kind := range []string{"Cellar", "Caskroom"} {
			dir := path.Join(prefix, kind)
			names, err := fs.ReadDir(fsys, dir)
			if err != nil {
				if !errors.Is(err, fs.ErrNotExist) {
					inv.problem("%s: %v", dir, err)
				}
				continue
			}
			before := len(inv.Packages)
			for _, n := range names {
				if n.IsDir() && !brewed(fsys, path.Join(dir, n.Name()), n.Name(), inv) {
					return // there are too many
				}
			}
			inv.Databases = append(inv.Databases, Database{Manager: Homebrew, Path: "/" + dir, Packages: len(inv.Packages) - before})
		}
	}
}

// brewed adds the versions of one formula or cask.
func brewed(fsys fs.FS, dir, name string, inv *Inventory) bool {
	versions, err := fs.ReadDir(fsys, dir)
	if err != nil {
		inv.problem("%s: %v", dir, err)
		return true
	}
	for _, v := range versions {
		if !v.IsDir() || v.Name()[0] == '.' { // .metadata of casks
			continue
		}
		p := Package{Manager: Homebrew, Name: name, Version: v.Name()}
		if text, err := fs.ReadFile(fsys, path.Join(dir, v.Name(), "INSTALL_RECEIPT.json")); err == nil && len(text) <= maxReceipt {
			var receipt struct {
				Time   float64 `json:"time"`
				Arch   string  `json:"arch"`
				Source struct {
					Tap string `json:"tap"`
				} `json:"source"`
			}
			if json.Unmarshal(text, &receipt) == nil && receipt.Time > 0 && receipt.Time < 1<<40 {
				p.Arch, p.Vendor, p.Installed = receipt.Arch, receipt.Source.Tap, time.Unix(int64(receipt.Time), 0).UTC()
			}
		}
		if !inv.add(p) {
			return false
		}
	}
	return true
}

const maxReceipt = 1 << 20
