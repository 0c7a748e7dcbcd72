package check

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/catalogue"
	"github.com/demarc-sec/demarc/internal/estate"
)

// maxValue bounds a fact's value inside a message.
const maxValue = 120

// Render fills a template: {name}, {kind}, {service}, {type}, {address},
// {region}, {attribute} (the native argument that decided) and {fact} for the
// value of any fact.
func Render(template string, c *Check, a *estate.Asset, cat *catalogue.Catalogue) string {
	if !strings.ContainsRune(template, '{') {
		return template
	}
	var b strings.Builder
	for rest := template; rest != ""; {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		word, tail, ok := strings.Cut(after, "}")
		if !ok {
			b.WriteString("{" + after)
			break
		}
		if word == "kind" && b.Len() == 0 {
			word = "Kind" // a sentence begins
		}
		b.WriteString(placeholder(word, c, a, cat))
		rest = tail
	}
	return b.String()
}

func placeholder(word string, c *Check, a *estate.Asset, cat *catalogue.Catalogue) string {
	switch word {
	case "name":
		return a.Name
	case "Kind", "kind":
		title := a.Kind
		if k := cat.Kinds[a.Kind]; k != nil {
			title = k.Title
		}
		if s := cat.Service(a.Service); a.Kind == "setting" && s != nil {
			title = s.Title + " setting" // of what, the kind does not tell
		}
		if word == "Kind" && title != "" {
			return strings.ToUpper(title[:1]) + title[1:]
		}
		return title
	case "service":
		if s := cat.Service(a.Service); s != nil {
			return s.Title
		}
		return a.Service
	case "type":
		return a.NativeType
	case "address":
		return a.Address
	case "region":
		return a.Region
	case "attribute":
		if f, ok := c.Deciding(a); ok && f.Origin.Attribute != "" {
			return f.Origin.Attribute
		}
		return "the setting"
	}
	f, ok := a.Fact(word)
	if !ok {
		return "{" + word + "}"
	}
	if !f.Known() {
		return "unknown"
	}
	return Value(f.Value)
}

// Value writes a fact's value for people.
func Value(v any) string {
	var s string
	switch x := v.(type) {
	case []string:
		s = "none"
		if len(x) > 0 {
			s = strings.Join(x, ", ")
		}
	case []any:
		s = strconv.Itoa(len(x)) + " entries"
	case time.Time:
		s = x.Format(time.DateOnly)
	default:
		s = fmt.Sprint(x)
	}
	if len(s) > maxValue {
		s = s[:maxValue] + "…"
	}
	return s
}

// Deciding returns the fact that a finding should point at: the first one the
// check reads that was read from a written argument, else the first that was
// read at all.
func (c *Check) Deciding(a *estate.Asset) (estate.Fact, bool) {
	var first estate.Fact
	found := false
	if c.pass == nil {
		return first, found
	}
	for _, name := range c.pass.Facts {
		f, ok := a.Fact(name)
		if !ok {
			continue
		}
		if f.Origin.How == estate.Set && f.Origin.At != nil {
			return f, true
		}
		if !found || first.Origin.Attribute == "" && f.Origin.Attribute != "" {
			first, found = f, true
		}
	}
	return first, found
}
