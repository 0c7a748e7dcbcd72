// Package lifecycle derives whether an asset's version, runtime or
// orchestrator still gets fixes, from the support calendars in
// catalogue/lifecycles.
package lifecycle

import (
	"errors"
	"io/fs"
	"time"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/tri"
)

// Enrich derives the lifecycle facts of every asset that names a product.
// Calendars are read from fsys when an asset asks for them; the error joins
// those that could not be read.
func Enrich(e *estate.Estate, fsys fs.FS, today time.Time) error {
	read := calendars{fsys: fsys, have: make(map[string]*Calendar)}
	for _, a := range e.Assets {
		read.system(a, today)
		product, ok := a.Fact("lifecycle_product")
		if !ok {
			continue
		}
		version, fact := versionOf(a)
		if version.Name == "" {
			continue
		}
		from := derive.From(version)
		unknown := func(why string) {
			derive.SetBool(a, fact, tri.Unknown(why), from)
			setDate(a, "support_ends_on", Date{}, why, from)
			setDate(a, "extended_support_ends_on", Date{}, why, from)
		}
		if !product.Known() {
			unknown(product.Unknown)
			continue
		}
		name, _ := product.Value.(string)
		if name == "amazon-opensearch" && derive.Text(a, "engine") == "elasticsearch" {
			name = "amazon-elasticsearch" // the same service, with numbers of its own
		}
		c := read.of(name)
		switch v, _ := version.Value.(string); {
		case c == nil:
			unknown("there is no support calendar for " + name)
		case !version.Known():
			unknown(version.Unknown)
		case v == "":
			unknown("no version is given")
		default:
			s := c.Find(v, today)
			derive.SetBool(a, fact, s.Out, from)
			setDate(a, "support_ends_on", s.Standard, s.Why, from)
			setDate(a, "extended_support_ends_on", s.Extended, s.Why, from)
		}
	}
	return errors.Join(read.errs...)
}

// calendars are those read so far.
type calendars struct {
	fsys fs.FS
	have map[string]*Calendar
	errs []error
}

// of returns the calendar of a product, or nil when there is none.
func (c *calendars) of(product string) *Calendar {
	if got, ok := c.have[product]; ok {
		return got
	}
	got, err := Load(c.fsys, product)
	if err != nil {
		got = nil
		if !errors.Is(err, fs.ErrNotExist) {
			c.errs = append(c.errs, err)
		}
	}
	c.have[product] = got
	return got
}

// versionOf returns the fact that holds the asset's version, and the name of
// the fact that says whether it is still supported.
func versionOf(a *estate.Asset) (version estate.Fact, fact string) {
	fact = "out_of_support"
	switch a.Kind {
	case "kubernetes-cluster", "kubernetes-nodes", "kubernetes-addon", "container-cluster", "account": // an account is a cluster of one's own
		fact = "orchestrator_out_of_support"
	case "function", "app-platform", "data-pipeline", "workflow", "notebook", "machine-group":
		fact = "runtime_out_of_support"
	}
	first, second := "engine_version", "runtime"
	if fact == "runtime_out_of_support" {
		first, second = second, first
	}
	if f, ok := a.Fact(first); ok {
		return f, fact
	}
	f, _ := a.Fact(second)
	return f, fact
}

// setDate stores a date; one that is not announced gives no fact.
func setDate(a *estate.Asset, name string, d Date, why string, from estate.Origin) {
	f := estate.Fact{Name: name, Origin: from}
	switch {
	case !d.IsZero():
		f.Value = d.Time
	case why != "":
		f.Unknown = why
	default:
		return
	}
	a.SetFact(f)
}
