package api

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json/jsontext"
)

// Legible reports whether a query can be read, and looked for in a database:
// none keeps the character NUL.
func Legible(query string) bool {
	values, err := url.ParseQuery(query)
	if err != nil {
		return false
	}
	for name, all := range values {
		if strings.Contains(name+strings.Join(all, ""), "\x00") {
			return false
		}
	}
	return true
}

// errNUL is for whoever sends what no database keeps.
var errNUL = errors.New("a text has the character NUL")

// withoutNUL refuses JSON with a text that no database keeps. In JSON the
// character can only be written as an escape.
func withoutNUL(data []byte) error {
	if !bytes.Contains(data, []byte(`\u0000`)) {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.ReadToken()
		if err != nil {
			return nil //nolint:nilerr // what is no JSON is told by whoever decodes it
		}
		if t.Kind() == '"' && strings.Contains(t.String(), "\x00") {
			return errNUL
		}
	}
}

// valued refuses queries with a parameter that is there without a value. Huma
// takes it for absent, and a filter whose first value is empty for none at
// all: the list would show more than was asked for.
func valued(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		u := ctx.URL()
		query := u.Query()
		var wrong []error
		for _, p := range ctx.Operation().Parameters {
			if p.In != "query" || mayBeEmpty(p.Schema) {
				continue
			}
			if slices.Contains(query[p.Name], "") {
				wrong = append(wrong, &huma.ErrorDetail{Location: "query." + p.Name, Message: "expected a value"})
			}
		}
		if wrong != nil {
			huma.WriteErr(api, ctx, http.StatusUnprocessableEntity, "validation failed", wrong...) //nolint:errcheck // whoever asked has gone
			return
		}
		next(ctx)
	}
}

// mayBeEmpty reports whether a parameter takes any text.
func mayBeEmpty(s *huma.Schema) bool {
	return s.Type == huma.TypeString && s.Format == "" && s.Pattern == "" && s.Enum == nil && s.MinLength == nil
}

// sharpened makes the document say of the values of filters what valued and the
// subjects hold them to.
func sharpened(op *huma.Operation) {
	for _, p := range op.Parameters {
		if p.In != "query" || p.Schema.Type != huma.TypeArray {
			continue
		}
		switch items := p.Schema.Items; {
		case items.Type == huma.TypeString && items.Enum == nil && items.MinLength == nil:
			items.MinLength = new(1)
		case items.Type == huma.TypeInteger && items.Minimum == nil:
			items.Minimum = new(1.0)
		}
		p.Schema.Items.PrecomputeMessages()
	}
}
