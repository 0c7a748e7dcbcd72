package assess

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/ledger"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/resolve"
)

// isolated assesses one configuration file as if it stood alone.
func (e *Engine) isolated(ctx context.Context, file string) (*Result, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "demarc-case-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover does no harm
	_, ending, as, ok := catalogue.Fixture(file)
	if !ok {
		return nil, fmt.Errorf("%s: its ending is none of a configuration's", file)
	}
	if ending == declaredEnding {
		return e.declaredAlone(ctx, file)
	}
	if ending == severalEnding {
		err = txtar.Write(txtar.Parse(text), dir)
	} else {
		if ending == hostEnding {
			if e, err = e.withRecords(ctx, text, dir+".vuln"); err == nil {
				defer func() { _ = os.RemoveAll(dir + ".vuln") }() // a leftover does no harm
				text, err = documentOf(ctx, text)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		}
		as = filepath.Join(dir, filepath.FromSlash(as))
		err = errors.Join(os.MkdirAll(filepath.Dir(as), 0o700), os.WriteFile(as, text, 0o600))
	}
	if err != nil {
		return nil, err
	}
	res, err := e.Run(ctx, Options{Paths: []string{dir}})
	if err != nil {
		return nil, err
	}
	for _, s := range res.Sources {
		for _, g := range s.Gaps {
			if g.Error {
				return nil, fmt.Errorf("%s:%d: %s", file, g.Location.Line, g.What)
			}
		}
	}
	return res, nil
}

// declaredEnding is that of fixtures in which demarc.yaml declares assets, and
// says by contract who owns what of them.
const declaredEnding = ".demarc.yaml"

// severalEnding is that of fixtures that hold several files, each behind a line
// with its name.
const severalEnding = ".txtar"

// hostEnding is that of fixtures which are the root of a server: the agent's
// collectors make the document of it that is assessed.
const hostEnding = ".host.txtar"

func documentOf(ctx context.Context, tree []byte) ([]byte, error) {
	opt, err := hosttree.Parse(tree)
	if err != nil {
		return nil, err
	}
	return json.Marshal(host.Collect(ctx, opt))
}

// declaredAlone assesses what one demarc.yaml declares.
func (e *Engine) declaredAlone(ctx context.Context, file string) (*Result, error) {
	cfg, err := config.Load(file)
	if err != nil {
		return nil, err
	}
	if err := cfg.Validate(e.Catalogue, e.Checks); err != nil {
		return nil, err
	}
	return e.Run(ctx, Options{
		Declared: cfg.DeclaredResources(e.Catalogue), Overrides: cfg.Overrides(e.Catalogue), Adjust: cfg.Apply,
	})
}

// HoldCase assesses a case and lists where it differs from its expectations.
func (e *Engine) HoldCase(ctx context.Context, c catalogue.Case) ([]string, error) {
	res, err := e.isolated(ctx, c.Config)
	if err != nil {
		return nil, err
	}
	return hold(res, c), nil
}

// entriesOf finds entries as the expectations of the case call them.
func entriesOf(res *Result, c catalogue.Case) map[string]*ledger.Entry {
	if c.Twin {
		return byTwin(res)
	}
	return byAddress(res)
}

// hold lists where what came of a case differs from its expectations.
func hold(res *Result, c catalogue.Case) (mistakes []string) {
	for _, u := range res.Uncovered {
		mistakes = append(mistakes, fmt.Sprintf("type %s is not covered", u.Type))
	}
	entries := entriesOf(res, c)
	held := 0
	for _, address := range slices.Sorted(maps.Keys(c.Want)) {
		entry := entries[address]
		if c.Twin && entry == nil {
			continue // the other dialect's alone
		}
		held++
		if entry == nil {
			mistakes = append(mistakes, fmt.Sprintf("no asset %s; there are %s", address, strings.Join(slices.Sorted(maps.Keys(entries)), ", ")))
			continue
		}
		if want := c.Want[address]; want != nil {
			if c.Twin && len(want.TwinDiffers) > 0 {
				same := *want
				same.Facts = maps.Clone(want.Facts)
				maps.DeleteFunc(same.Facts, func(name string, _ any) bool { return slices.Contains(want.TwinDiffers, name) })
				same.Owners = maps.Clone(want.Owners)
				maps.DeleteFunc(same.Owners, func(id, _ string) bool { return slices.Contains(want.TwinDiffers, id) })
				want = &same
			}
			mistakes = append(mistakes, holdEntry(entry, want)...)
		}
	}
	if held == 0 {
		mistakes = append(mistakes, fmt.Sprintf("nothing is expected of any asset; there are %s", strings.Join(slices.Sorted(maps.Keys(entries)), ", ")))
	}
	return mistakes
}

// byTwin finds entries as expectations of another dialect call them: by the
// type they mean the same as, and the name in snake case. Where names are
// unique over all types, one may end in its type's: GoodQueue is queue good.
func byTwin(res *Result) map[string]*ledger.Entry {
	out := map[string]*ledger.Entry{}
	for i := range res.Ledger.Entries {
		entry := &res.Ledger.Entries[i]
		name := label(entry.Asset.Address)
		out[entry.Asset.Means+"."+strings.ReplaceAll(catalogue.Snake(name), "-", "_")] = entry
		native, _, _ := strings.Cut(entry.Asset.NativeType, "(")
		if i := strings.LastIndex(native, "::"); i >= 0 {
			if short, ends := strings.CutSuffix(name, native[i+2:]); ends && short != "" {
				out[entry.Asset.Means+"."+catalogue.Snake(short)] = entry
			}
		}
		if entry.Asset.Kind == catalogue.Account {
			out[catalogue.Account] = entry
		}
	}
	return out
}

// label is the name within an address: what the source calls the resource.
func label(address string) string {
	address, _, _ = strings.Cut(address, "[")
	if i := strings.LastIndexByte(address, '/'); i >= 0 {
		return address[i+1:]
	}
	return address[strings.LastIndexByte(address, '.')+1:]
}

// byAddress finds entries by the address of anything folded into them.
func byAddress(res *Result) map[string]*ledger.Entry {
	out := map[string]*ledger.Entry{}
	for i := range res.Ledger.Entries {
		entry := &res.Ledger.Entries[i]
		for _, address := range append([]string{entry.Asset.Address}, entry.Asset.Addresses...) {
			if out[address] == nil {
				out[address] = entry
			}
		}
		if entry.Asset.Kind == catalogue.Account {
			out[catalogue.Account] = entry // what expectations call it
		}
	}
	return out
}

func holdEntry(entry *ledger.Entry, want *catalogue.Expectation) (mistakes []string) {
	a := entry.Asset
	bad := func(format string, args ...any) {
		mistakes = append(mistakes, a.Address+": "+fmt.Sprintf(format, args...))
	}
	for _, name := range slices.Sorted(maps.Keys(want.Facts)) {
		f, ok := a.Fact(name)
		if !ok {
			bad("no fact %s", name)
			continue
		}
		if got, expected := display(f), plainValue(want.Facts[name]); !reflect.DeepEqual(got, expected) {
			bad("%s is %v, want %v %s", name, got, expected, f.Unknown)
		}
	}
	for _, name := range want.Absent {
		if _, ok := a.Fact(name); ok {
			bad("has the fact %s, want none", name)
		}
	}
	for _, resp := range slices.Sorted(maps.Keys(want.Owners)) {
		owner := want.Owners[resp]
		i := slices.IndexFunc(entry.Duties, func(d *resolve.Decision) bool { return d.Responsibility.ID == resp })
		if i < 0 {
			bad("no responsibility %s", resp)
			continue
		}
		if d := entry.Duties[i]; d.Owner.String() != owner && d.Party != owner {
			bad("%s is %s's by %s %v, want %s", resp, d.Owner, d.Rule, d.Possible, owner)
		}
	}
	return mistakes
}

// display is a fact's value as expectations write it.
func display(f estate.Fact) any {
	if !f.Known() {
		return report.Unknown
	}
	switch v := f.Value.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case []string:
		out := []any{}
		for _, s := range v {
			out = append(out, s)
		}
		return out
	}
	return plainValue(f.Value)
}

// plainValue brings values of data files and of facts to one form. Null
// members of an object are left out, so that expectations need not list them.
func plainValue(v any) any {
	switch x := v.(type) {
	case uint64:
		return float64(x)
	case int64:
		return float64(x)
	case int:
		return float64(x)
	case time.Time:
		return x.Format(time.DateOnly)
	case []any:
		out := []any{}
		for _, e := range x {
			out = append(out, plainValue(e))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range x {
			if e != nil {
				out[k] = plainValue(e)
			}
		}
		return out
	case nil, bool, string, float64:
		return x
	}
	return report.Unknown
}
