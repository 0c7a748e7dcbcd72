package vuln

import (
	"errors"
	"io/fs"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/packages"
	"github.com/demarc-sec/demarc/internal/enrich/lifecycle"
)

// support looks the release up in its calendar. A release without a calendar is
// judged by what os-release itself says.
func support(of distribution, d packages.Distro, calendars fs.FS, now time.Time) Support {
	if d.Rolling {
		return Support{State: "supported", Why: "it has no releases"}
	}
	if of.product == "" || of.release == nil {
		return announced(d, now)
	}
	c, err := lifecycle.Load(calendars, of.product)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return announced(d, now)
		}
		return Support{State: "unknown", Why: err.Error()}
	}
	release := d.Version
	if release == "" {
		return Support{State: "unknown", Why: "which release it is is not known"}
	}
	found := c.Find(release, now)
	s := Support{State: "supported", Why: found.Why, URL: c.Source.URL}
	if !found.Standard.IsZero() {
		s.Ends = found.Standard.Format(time.DateOnly)
	}
	switch {
	case !found.Out.IsTrue() && !found.Out.IsFalse():
		s.State = "unknown"
	case found.Out.IsFalse():
	case of.extended && !found.Extended.IsZero() && !now.Truncate(24*time.Hour).After(found.Extended.Time):
		s.State, s.Ends = "extended", found.Extended.Format(time.DateOnly)
		s.Why = "standard support is over; there are fixes for subscribers"
	default:
		s.State = "ended"
	}
	return s
}

func announced(d packages.Distro, now time.Time) Support {
	t, err := time.Parse(time.DateOnly, d.Support)
	if err != nil {
		return Support{State: "unknown", Why: "there is no support calendar for " + orUnknown(d.ID)}
	}
	s := Support{State: "supported", Ends: d.Support, Why: "as the release itself announces"}
	if now.Truncate(24 * time.Hour).After(t) {
		s.State = "ended"
	}
	return s
}
