package dockerfile

import (
	"maps"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/demarc-sec/demarc/internal/source"
)

// stage is what stands between one FROM and the next.
type stage struct {
	image    any // the image it starts from: text or *source.Unknown
	external bool
	parent   *stage // the stage it starts from, if it is one of this file
	line     int
	lists    map[string][]any
	env      map[string]any
	user     any
	lines    map[string]int
}

// builder evaluates the instructions in order.
type builder struct {
	file     string
	args     map[string]any // those before the first FROM
	scope    map[string]any // of the stage
	stages   map[string]*stage
	order    []*stage
	now      *stage
	comments []source.Comment
}

// chain lists the stages a stage is made of, from its base up.
func (s *stage) chain() []*stage {
	var out []*stage
	for ; s != nil; s = s.parent {
		out = append([]*stage{s}, out...)
	}
	return out
}

func (b *builder) instruction(n *parser.Node) {
	for i, c := range n.PrevComment {
		b.comments = append(b.comments, source.Comment{Text: strings.TrimSpace(c), Line: max(n.StartLine-len(n.PrevComment)+i, 1)})
	}
	words, what := values(n), strings.ToLower(n.Value)
	if what == "arg" {
		b.argument(n, words)
		return
	}
	if what == "from" {
		b.from(n, words)
		return
	}
	if b.now == nil {
		return // the parser admits it; builders do not
	}
	switch what {
	case "user":
		if len(words) > 0 {
			b.now.user, b.now.lines["user"] = b.expand(words[0]), n.StartLine
		}
	case "env":
		for i := 0; i+1 < len(words); i += 3 { // name, value, separator
			v := b.expand(unquote(words[i+1]))
			b.now.env[words[i]], b.scope[words[i]] = v, v
			b.now.lines["env."+words[i]] = n.StartLine
		}
		b.now.note("env", n.StartLine)
	case "run":
		text := []string{strings.Join(words, " ")}
		for _, h := range n.Heredocs {
			text = append(text, h.Content)
		}
		b.now.add("run", strings.Join(text, "\n"), n.StartLine)
	case "add", "copy":
		b.now.add(what, b.sources(n, words), n.StartLine)
	case "healthcheck":
		b.now.add("healthcheck", strings.Join(words, " "), n.StartLine)
	case "cmd", "entrypoint":
		b.now.lists[what] = nil // the last one counts
		b.now.add(what, strings.Join(words, " "), n.StartLine)
	case "expose", "label", "volume", "shell", "maintainer":
		for _, w := range words {
			b.now.add(what, b.expand(w), n.StartLine)
		}
	}
}

func (s *stage) add(what string, v any, line int) {
	s.lists[what] = append(s.lists[what], v)
	s.note(what, line)
}

func (s *stage) note(what string, line int) {
	if s.lines[what] == 0 {
		s.lines[what] = line
	}
}

// into lays the stage over what its base has given.
func (s *stage) into(r *source.Resource) {
	for what, list := range s.lists {
		have, _ := r.Body[what].([]any)
		if what == "cmd" || what == "entrypoint" || what == "healthcheck" {
			have = nil
		}
		r.Body[what] = append(have, list...)
	}
	if len(s.env) > 0 {
		env, _ := r.Body["env"].(map[string]any)
		if env == nil {
			env = map[string]any{}
			r.Body["env"] = env
		}
		maps.Copy(env, s.env)
	}
	if s.user != nil {
		r.Body["user"] = s.user
	}
	maps.Copy(r.Lines, s.lines)
}

func (b *builder) from(n *parser.Node, words []string) {
	s := &stage{line: n.StartLine, lists: map[string][]any{}, env: map[string]any{}, lines: map[string]int{}}
	b.scope = map[string]any{}
	if len(words) > 0 {
		s.image = expand(words[0], func(name string) (any, bool) { v, ok := b.args[name]; return v, ok })
		if text, ok := s.image.(string); ok {
			s.parent = b.stages[strings.ToLower(text)]
			s.external = s.parent == nil && text != "scratch"
		} else {
			s.external = true
		}
	}
	if s.parent != nil {
		s.image = s.parent.image
	}
	if len(words) >= 3 && strings.EqualFold(words[1], "as") {
		b.stages[strings.ToLower(words[2])] = s
	}
	b.order, b.now = append(b.order, s), s
}

// argument notes a build argument: with a default it is known, though a build
// may give another.
func (b *builder) argument(n *parser.Node, words []string) {
	for _, w := range words {
		name, value, given := strings.Cut(w, "=")
		var v any = &source.Unknown{Reason: "build argument " + name + " has no default"}
		switch inherited, known := b.args[name]; {
		case given && b.now == nil:
			v = expand(unquote(value), func(name string) (any, bool) { v, ok := b.args[name]; return v, ok })
		case given:
			v = b.expand(unquote(value))
		case known:
			v = inherited
		}
		if b.now == nil {
			b.args[name] = v
			continue
		}
		b.scope[name] = v
		if given {
			b.now.add("arg", map[string]any{"name": name, "value": v}, n.StartLine)
		}
	}
}

// sources tells what an ADD or COPY takes, from where.
func (b *builder) sources(n *parser.Node, words []string) map[string]any {
	out := map[string]any{"to": ""}
	from := []any{}
	for i, w := range words {
		if i == len(words)-1 {
			out["to"] = b.expand(w)
		} else {
			from = append(from, b.expand(w))
		}
	}
	out["from"] = from
	for _, flag := range n.Flags {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		out[name] = value
	}
	return out
}

func (b *builder) expand(text string) any {
	return expand(text, func(name string) (any, bool) { v, ok := b.scope[name]; return v, ok })
}

// values are the words of an instruction.
func values(n *parser.Node) []string {
	var out []string
	for next := n.Next; next != nil; next = next.Next {
		out = append(out, next.Value)
	}
	return out
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
