// Package host reads the documents that the agent makes of servers. Each is one
// resource: what runs inside a machine, which the catalogue joins to the
// machine it is of, or takes for a server of the customer's own.
package host

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	agent "github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Kind names the source in reports, Type the resource.
const (
	Kind = "host"
	Type = "host/System"
)

// maxDocument bounds one document.
const maxDocument = 64 << 20

var begins = regexp.MustCompile(`^\s*\{\s*"` + agent.Marker + `"\s*:`)

// Detect tells a host document by how it begins.
func Detect(_ string, head []byte) bool { return begins.Match(head) }

// Read reads the document in a file below dir.
func Read(ctx context.Context, dir, file string, out source.Sink) error {
	shown, err := filepath.Rel(dir, file)
	if err != nil {
		shown = file
	}
	shown = filepath.ToSlash(shown)
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxDocument+1))
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := Resource(text, shown)
	if err != nil {
		out.Gap(source.Gap{Kind: "file", What: fmt.Sprintf("%s: %v", shown, err), Mend: "make it anew: demarc-agent scan --output " + filepath.Base(shown), At: estate.Location{File: shown}, Fatal: true})
		return nil
	}
	out.Resource(r)
	return nil
}

// Resource makes the resource of a document that came from place. What it says
// of the cloud it runs in is believed: who has it from others puts what was verified
// in its place before, as the control plane does with the documents of agents.
func Resource(text []byte, place string) (*source.Resource, error) {
	if len(text) > maxDocument {
		return nil, fmt.Errorf("larger than %d MB", maxDocument>>20)
	}
	var doc agent.Document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, readable(text, err)
	}
	if doc.Version != agent.Version {
		return nil, fmt.Errorf("its version is %d, and this program reads %d", doc.Version, agent.Version)
	}
	var body map[string]any
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, readable(text, err)
	}
	r := &source.Resource{
		Dialect: estate.Host, Type: Type, Name: doc.Host.Hostname, Provider: "onpremises", Root: place, Body: body,
		Location: estate.Location{File: place, Line: 1}, Names: named(&doc),
	}
	if r.Name == "" {
		r.Name = doc.Host.MachineID
	}
	if r.Name == "" {
		r.Name = strings.TrimSuffix(filepath.Base(place), ".json")
	}
	r.Address = "host/" + r.Name
	if c := doc.Cloud; c != nil {
		r.Provider, r.Account, r.Region = c.Provider, c.Account, c.Region
		if c.Verified {
			r.Instance = c.InstanceID
		}
	}
	short, _, _ := strings.Cut(r.Name, ".")
	body["names"] = names(&doc, short)
	open(&doc, body)
	return r, nil
}

// readable says what is wrong with the text in plain words.
func readable(text []byte, err error) error {
	if s, ok := err.(*json.SyntaxError); ok { //nolint:errorlint // the package returns it bare
		return fmt.Errorf("line %d: not valid JSON: %w", 1+bytes.Count(text[:min(int64(len(text)), s.Offset)], []byte("\n")), err)
	}
	return fmt.Errorf("not a host document: %w", err)
}

// names are what the machine goes by elsewhere, surest first.
func names(doc *agent.Document, short string) []any {
	var list []string
	if doc.Cloud != nil {
		list = append(list, doc.Cloud.InstanceID)
	}
	list = append(list, doc.Host.MachineID, doc.Host.FQDN, doc.Host.Hostname, short)
	out := []any{}
	for _, n := range list {
		if n != "" && !slices.Contains(out, any(n)) {
			out = append(out, n)
		}
	}
	return out
}

// open makes unknown what the document does not carry: the sections that
// nobody looked at, and what could not be read. Each is told with its reason by
// the results that depend on it.
func open(doc *agent.Document, body map[string]any) {
	for _, section := range agent.Sections() {
		if !slices.Contains(doc.Read, section) && body[section] == nil {
			body[section] = &source.Unknown{Reason: "the agent did not look at " + section}
		}
	}
	if w := doc.Walk; w != nil && !w.Complete {
		for name, found := range map[string][]agent.WalkFile{"set_id": w.SetID, "world_writable": w.WorldWritten, "unowned": w.Unowned, "capabilities": w.Capabilities} {
			if len(found) == 0 { // nothing yet is not nothing
				put(body, []string{"walk", name}, &source.Unknown{Reason: "the walk over all files is not complete: " + w.Why})
			}
		}
	}
	for _, g := range doc.Gaps {
		put(body, segments(g.At), &source.Unknown{Reason: g.Why})
	}
}

// segments are the names of a path, of which one with dots stands between
// backquotes.
func segments(path string) []string {
	if before, rest, ok := strings.Cut(path, ".`"); ok {
		return append(strings.Split(before, "."), strings.TrimSuffix(rest, "`"))
	}
	return strings.Split(path, ".")
}

// put lays a value at a path, making the objects on the way.
func put(m map[string]any, path []string, v any) {
	for _, p := range path[:len(path)-1] {
		inner, ok := m[p].(map[string]any)
		if !ok {
			if _, unknown := m[p].(*source.Unknown); unknown {
				return
			}
			inner = map[string]any{}
			m[p] = inner
		}
		m = inner
	}
	m[path[len(path)-1]] = v
}

// named is where settings stand on the server, for those who mend them.
func named(doc *agent.Document) map[string]string {
	out := map[string]string{}
	if s := doc.SSHD; s != nil {
		for key := range s.Settings {
			out["sshd.settings."+key] = key
		}
		for key, at := range s.From {
			out["sshd.settings."+key] = key + " (" + at + ")"
		}
	}
	return out
}
