package packages

import (
	"bytes"
	"fmt"
	"io/fs"
	"strconv"
	"time"
)

// apkDatabases are where the database lies: since Alpine 3.22 apk 3 may keep it
// below usr.
var apkDatabases = []string{"lib/apk/db/installed", "usr/lib/apk/db/installed"}

func readApk(fsys fs.FS, inv *Inventory) error {
	for _, name := range apkDatabases {
		b, err := readFile(fsys, name, maxText)
		if absent(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("apk's database: %w", err)
		}
		before := len(inv.Packages)
		for p := range paragraphs(b) {
			if !inv.add(apkPackage(p)) {
				break
			}
		}
		inv.found(fsys, Apk, name, before)
		return nil // both are one file where /lib is a link
	}
	return nil
}

// apkPackage reads a package's lines, each a letter, a colon and a value.
func apkPackage(paragraph []byte) Package {
	p := Package{Manager: Apk}
	for l := range bytes.Lines(paragraph) {
		l = bytes.TrimRight(l, "\r\n")
		if len(l) < 2 || l[1] != ':' {
			continue
		}
		value := string(l[2:])
		switch l[0] {
		case 'P':
			p.Name = value
		case 'V':
			p.Version = value
		case 'A':
			p.Arch = value
		case 'o':
			p.Source = value
		case 'm':
			p.Vendor = value
		case 'I':
			p.Size, _ = strconv.ParseInt(value, 10, 62)
		case 't': // when it was built: apk does not keep when it was installed
		case 'F': // files follow
			return apkSource(p)
		}
	}
	return apkSource(p)
}

// apkSource fills in the origin, which has the same version always.
func apkSource(p Package) Package {
	if p.Source == "" {
		p.Source = p.Name
	}
	p.SourceVersion, p.Installed = p.Version, time.Time{}
	return p
}
