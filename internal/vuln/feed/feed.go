// Package feed brings vulnerability data into the local store: OSV records as
// the zips of its bucket have them, EPSS scores and CISA's catalogue of
// exploited vulnerabilities, from the web, a mirror, a directory or one file.
// What it reads is not trusted: sizes are bounded before and after
// decompression, and no name in an archive is ever used as a path.
package feed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/vuln/store"
)

// Where data comes from when nobody says otherwise.
const (
	DefaultMirror = "https://osv-vulnerabilities.storage.googleapis.com"
	DefaultEPSS   = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
	DefaultKEV    = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
)

// Names of the two beside the zips of a mirror.
const (
	epssName = "epss_scores-current.csv.gz"
	kevName  = "known_exploited_vulnerabilities.json"
)

// Families are the ecosystems whose packages can be matched, as OSV names them.
var Families = []string{
	"AlmaLinux", "Alpine", "Azure Linux", "Chainguard", "Debian", "Mageia", "Photon OS", "Red Hat", "Rocky Linux", "SUSE", "Ubuntu", "Wolfi", "openEuler", "openSUSE",
}

// usual are fetched when nobody names families.
var usual = []string{"AlmaLinux", "Alpine", "Debian", "Red Hat", "Rocky Linux", "SUSE", "Ubuntu", "openSUSE"}

// Options say what to update.
type Options struct {
	Dir      string // of the store
	Mirror   string // a URL, directory or file; empty is the default
	Families []string
	EPSS     string // a URL or file; empty is beside the mirror's zips, "none" is none
	KEV      string
	Client   *http.Client
	Now      func() time.Time
	Log      *slog.Logger
	// Wait is between attempts; tests have none.
	Wait time.Duration
}

// Result is what became of an update.
type Result struct {
	Families []store.Meta      `json:"families"`
	Signals  store.SignalsMeta `json:"signals"`
	// Failed are parts that were not replaced, and why; the old data of them stays.
	Failed []Failure `json:"failed,omitempty"`
	// Missing are parts that the mirror does not have.
	Missing []string `json:"missing,omitempty"`
}

// Failure is a part that was not updated.
type Failure struct {
	Part string `json:"part"`
	Why  string `json:"why"`
}

// Update reads everything that is asked for and replaces each part as a whole.
// Its error is of what makes the whole impossible; a part that fails is in the
// result and leaves the old data of that part as it was.
func Update(ctx context.Context, opt Options) (*Result, error) {
	if opt.Mirror == "" {
		opt.Mirror = DefaultMirror
		opt.EPSS, opt.KEV = orElse(opt.EPSS, DefaultEPSS), orElse(opt.KEV, DefaultKEV)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Client == nil {
		opt.Client = http.DefaultClient
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	for _, f := range opt.Families {
		if !slices.Contains(Families, f) {
			return nil, fmt.Errorf("no ecosystem %q; there are %s", f, strings.Join(Families, ", "))
		}
	}
	u := &update{Options: opt, result: &Result{Families: []store.Meta{}}}
	if err := os.MkdirAll(opt.Dir, 0o755); err != nil {
		return nil, err
	}
	store.Tidy(opt.Dir, opt.Now())
	switch info, err := os.Stat(opt.Mirror); {
	case isURL(opt.Mirror):
		u.mirror(ctx)
	case err != nil:
		return nil, err
	case info.IsDir():
		u.mirror(ctx)
	default:
		u.single(ctx)
	}
	if err := ctx.Err(); err != nil {
		return u.result, err
	}
	u.signals(ctx)
	return u.result, ctx.Err()
}

func orElse(s, or string) string {
	if s == "" {
		return or
	}
	return s
}

func isURL(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

// update is one run.
type update struct {
	Options
	result *Result
	// what a single file had of exploits
	epss, kev *got
}

func (u *update) failed(part string, err error) {
	u.Log.Warn("not updated", "part", part, "error", err)
	u.result.Failed = append(u.result.Failed, Failure{part, err.Error()})
}

// mirror reads <family>/all.zip of each family.
func (u *update) mirror(ctx context.Context) {
	families, asked := u.Families, true
	if len(families) == 0 {
		families, asked = usual, false
	}
	for _, family := range families {
		if ctx.Err() != nil {
			return
		}
		g, err := u.get(ctx, join(u.Mirror, family, "all.zip"), maxZip)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !asked:
			u.result.Missing = append(u.result.Missing, family)
			continue
		case err != nil:
			u.failed(family, err)
			continue
		}
		u.zip(ctx, g, []string{family})
		g.close()
	}
	if len(u.result.Missing) == len(families) {
		u.failed("the mirror", fmt.Errorf("%s has none of the ecosystems; its zips are <ecosystem>/all.zip", u.Mirror))
	}
}

// single reads one zip: records of one or many ecosystems, or a mirror that was
// packed into one file.
func (u *update) single(ctx context.Context) {
	g, err := u.get(ctx, u.Mirror, maxZip)
	if err != nil {
		u.failed(u.Mirror, err)
		return
	}
	defer g.close()
	families := u.Families
	if len(families) == 0 {
		families = Families
	}
	u.zip(ctx, g, families)
}
