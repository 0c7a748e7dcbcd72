// Package compose reads Compose files: services that run as containers on one
// machine.
package compose

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// Kind is what reports call a file that was read, and Type its resources.
const (
	Kind = "compose"
	Type = "compose/Service"
)

// Bounds of one file.
const (
	maxFile    = 1 << 20
	maxNodes   = 100_000 // with what aliases stand for
	maxDepth   = 64
	maxExtends = 16
)

// Detect tells whether a file is one: by its name, or by services whose members
// say what image they run or how it is built.
func Detect(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml":
	default:
		return false
	}
	if !bytes.Contains(head, []byte("services:")) {
		return false
	}
	stem := strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
	if stem == "compose" || stem == "docker-compose" || strings.HasPrefix(stem, "compose.") || strings.HasPrefix(stem, "docker-compose.") || strings.HasSuffix(stem, ".compose") {
		return true
	}
	return topLevelServices(head)
}

// topLevelServices tells whether a line at the margin begins the services, and
// a line below it names an image or what to build.
func topLevelServices(head []byte) bool {
	inServices := false
	for line := range bytes.Lines(head) {
		text := bytes.TrimRight(line, " \t\r\n")
		switch {
		case len(text) == 0 || text[0] == '#':
		case text[0] != ' ':
			if inServices {
				return false
			}
			inServices = bytes.Equal(text, []byte("services:"))
		case inServices:
			member := bytes.TrimLeft(text, " ")
			if len(text)-len(member) >= 4 && (bytes.HasPrefix(member, []byte("image:")) || bytes.HasPrefix(member, []byte("build:"))) {
				return true
			}
		}
	}
	return false
}

// Read yields the services of the file at name, absolute or relative to base.
// Nothing outside of base is read, and locations are relative to it. Variables
// come from a file .env beside it; those that are set nowhere and have no
// default are unknown, since the shell that starts the services may set them.
//
// Whatever is wrong with the file becomes a Gap. Read returns an error only
// when base cannot be opened or ctx is done.
func Read(ctx context.Context, base, name string, sink source.Sink) error {
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	file, err := t.Rel(name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	r := &reader{ctx: ctx, tree: t, sink: sink, file: file, files: map[string]*yaml.Node{}}
	r.env = r.dotenv(path.Join(path.Dir(r.file), ".env"))
	r.run()
	return ctx.Err()
}

type reader struct {
	ctx   context.Context
	tree  *tree.Tree
	sink  source.Sink
	file  string
	env   map[string]string
	files map[string]*yaml.Node // the services of other files
}

func (r *reader) gap(line int, fatal bool, what, mend string) {
	r.sink.Gap(source.Gap{Kind: "file", What: r.file + ": " + what, Mend: mend, At: estate.Location{File: r.file, Line: line}, Fatal: fatal})
}

func (r *reader) run() {
	top, err := r.load(r.file)
	if err != nil {
		r.gap(lineOf(err), true, firstLine(err), "mend it until `docker compose config` takes it")
		return
	}
	services := member(top, "services")
	if services == nil || services.Kind != yaml.MappingNode {
		r.gap(top.Line, true, "has no services", "name them under services:")
		return
	}
	for i := 0; i+1 < len(services.Content) && r.ctx.Err() == nil; i += 2 {
		key, value := services.Content[i], services.Content[i+1]
		end := lastLine(value)
		res := &source.Resource{
			Dialect: estate.Compose, Type: Type, Address: key.Value, Name: key.Value, Provider: "containers", Root: r.file,
			Location: estate.Location{File: r.file, Line: key.Line, EndLine: max(end, key.Line)},
			Lines:    map[string]int{}, Comments: comments(key, value),
		}
		v := &visitor{r: r, left: maxNodes, lines: res.Lines}
		body, ok := v.value(r.extended(value, key.Value, 0), "", 0).(map[string]any)
		if v.left <= 0 {
			r.gap(key.Line, false, fmt.Sprintf("service %s is too large", key.Value), "split it")
			continue
		}
		if !ok {
			r.gap(key.Line, false, fmt.Sprintf("service %s is no object", key.Value), "write image: or build: below it")
			continue
		}
		for _, list := range []string{"environment", "labels"} {
			pairs(body, list)
		}
		res.Body = body
		r.sink.Resource(res)
	}
}

// load parses one file.
func (r *reader) load(file string) (*yaml.Node, error) {
	text, err := r.tree.Read(file, maxFile)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

// extended is the service with what it extends laid under it: of the same
// file, or of another that lies inside.
func (r *reader) extended(n *yaml.Node, name string, depth int) *yaml.Node {
	n = resolve(n)
	ext := resolve(member(n, "extends"))
	if ext == nil {
		return n
	}
	of, file := ext.Value, r.file
	if ext.Kind == yaml.MappingNode {
		if s := member(ext, "service"); s != nil {
			of = s.Value
		}
		if f := member(ext, "file"); f != nil {
			file = path.Join(path.Dir(r.file), f.Value)
		}
	}
	if depth >= maxExtends || file == r.file && of == name {
		r.gap(ext.Line, false, fmt.Sprintf("service %s extends itself", name), "take the circle out")
		return n
	}
	services := r.files[file]
	if services == nil {
		top, err := r.load(file)
		if err == nil {
			services = member(top, "services")
		}
		if services == nil {
			r.gap(ext.Line, false, fmt.Sprintf("service %s extends %s of %s, which cannot be read", name, of, file), "name the directory that holds both")
			return n
		}
		r.files[file] = services
	}
	under := member(services, of)
	if under == nil {
		r.gap(ext.Line, false, fmt.Sprintf("service %s extends %s, which is not in %s", name, of, file), "correct the name")
		return n
	}
	return overlay(r.extended(under, of, depth+1), n)
}

// overlay is the members of over, and those of under that it does not have.
func overlay(under, over *yaml.Node) *yaml.Node {
	if under == nil || under.Kind != yaml.MappingNode || over.Kind != yaml.MappingNode {
		return over
	}
	out := *over
	out.Content = slices.Clone(over.Content)
	for i := 0; i+1 < len(under.Content); i += 2 {
		if member(over, under.Content[i].Value) == nil {
			out.Content = append(out.Content, under.Content[i], under.Content[i+1])
		}
	}
	return &out
}

// pairs makes an object of a list of NAME=value, in which a name alone is
// taken from the shell.
func pairs(body map[string]any, name string) {
	list, ok := body[name].([]any)
	if !ok {
		return
	}
	out := map[string]any{}
	for _, e := range list {
		switch x := e.(type) {
		case string:
			k, v, given := strings.Cut(x, "=")
			out[k] = v
			if !given {
				out[k] = &source.Unknown{Reason: "variable " + k + " comes from the shell"}
			}
		case *source.Unknown:
			if k, v, given := strings.Cut(x.Text, "="); given {
				out[k] = &source.Unknown{Reason: x.Reason, NotNull: true, Text: v}
			}
		}
	}
	body[name] = out
}

func comments(key, value *yaml.Node) []source.Comment {
	var out []source.Comment
	add := func(text string, line int) {
		for i, c := range strings.Split(text, "\n") {
			if c = strings.TrimSpace(strings.TrimLeft(c, "# ")); c != "" {
				out = append(out, source.Comment{Text: c, Line: max(line+i, 1)})
			}
		}
	}
	add(key.HeadComment, key.Line-1-strings.Count(key.HeadComment, "\n"))
	add(key.LineComment, key.Line)
	if value.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(value.Content); i += 2 {
			k, v := value.Content[i], value.Content[i+1]
			add(k.HeadComment, k.Line-1-strings.Count(k.HeadComment, "\n"))
			add(v.LineComment, v.Line)
		}
	}
	return out
}
