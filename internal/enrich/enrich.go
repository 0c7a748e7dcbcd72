// Package enrich runs the analyses that need the whole graph, in order. Each
// adds derived facts to assets; a derived fact whose inputs are not known is
// unknown too, with the reason.
package enrich

import (
	"fmt"
	"io/fs"
	"time"

	"github.com/demarc-sec/demarc/catalogue/lifecycles"
	"github.com/demarc-sec/demarc/internal/enrich/access"
	"github.com/demarc-sec/demarc/internal/enrich/alarms"
	"github.com/demarc-sec/demarc/internal/enrich/backup"
	"github.com/demarc-sec/demarc/internal/enrich/copies"
	"github.com/demarc-sec/demarc/internal/enrich/database"
	"github.com/demarc-sec/demarc/internal/enrich/defaults"
	"github.com/demarc-sec/demarc/internal/enrich/environment"
	"github.com/demarc-sec/demarc/internal/enrich/exposure"
	"github.com/demarc-sec/demarc/internal/enrich/fronts"
	"github.com/demarc-sec/demarc/internal/enrich/googleaccess"
	"github.com/demarc-sec/demarc/internal/enrich/googlefirewall"
	"github.com/demarc-sec/demarc/internal/enrich/googlelogs"
	"github.com/demarc-sec/demarc/internal/enrich/kubernetes"
	"github.com/demarc-sec/demarc/internal/enrich/lifecycle"
	"github.com/demarc-sec/demarc/internal/enrich/network"
	"github.com/demarc-sec/demarc/internal/enrich/offices"
	"github.com/demarc-sec/demarc/internal/enrich/organisation"
	"github.com/demarc-sec/demarc/internal/enrich/patching"
	"github.com/demarc-sec/demarc/internal/enrich/signin"
	"github.com/demarc-sec/demarc/internal/enrich/trails"
	"github.com/demarc-sec/demarc/internal/enrich/watchers"
	"github.com/demarc-sec/demarc/internal/estate"
)

// Options of Run.
type Options struct {
	Today      time.Time // the day lifecycles are read for
	Lifecycles fs.FS     // support calendars; nil means those of the program
}

// Run runs every analysis on the estate. The error says which data files could
// not be read; the estate is enriched as far as it goes all the same.
func Run(e *estate.Estate, opt Options) error {
	calendars := opt.Lifecycles
	if calendars == nil {
		calendars = lifecycles.FS
	}
	defaults.Enrich(e)                               // what the account decides where an asset is silent
	copies.Enrich(e)                                 // what snapshots and replicas have from their origin
	environment.Enrich(e)                            // production, staging, test or development
	access.Enrich(e)                                 // whom policies and ACLs admit, what identities may do
	googleaccess.Enrich(e)                           // whom Google's roles admit, what service accounts may do
	fronts.Enrich(e)                                 // what fronts have from their TLS policy and URL map
	googlefirewall.Enrich(e)                         // which of Google's firewall rules reach which machines
	kubernetes.Enrich(e)                             // what the objects of a cluster say together
	network.Enrich(e)                                // what rules admit, what the internet reaches
	exposure.Enrich(e)                               // reachable, and an administrator
	err := lifecycle.Enrich(e, calendars, opt.Today) // which versions still get fixes
	database.Enrich(e)                               // what engine parameters mean
	backup.Enrich(e)                                 // what backup plans cover
	patching.Enrich(e)                               // which machines patch management reaches
	trails.Enrich(e)                                 // what the account's trails record
	watchers.Enrich(e)                               // which detection services the account has on
	signin.Enrich(e)                                 // what the directory asks of people who sign in
	offices.Enrich(e)                                // which tasks have a role of their own
	organisation.Enrich(e)                           // what runs in the management account
	alarms.Enrich(e)                                 // which events somebody hears of
	googlelogs.Enrich(e)                             // the same, of Google's projects, and what their sinks pass on
	if err != nil {
		return fmt.Errorf("reading support calendars: %w", err)
	}
	return nil
}
