// Package static serves the console's style sheet, script and pictures under
// addresses that change with their content, so that browsers keep them.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/demarc-sec/demarc/internal/look"
)

//go:embed files
var files embed.FS

// asset is one thing to serve.
type asset struct {
	address string
	content []byte
}

// styles and scripts are each joined to one file, in this order.
var (
	styles  = []string{"base.css", "shell.css", "parts.css", "charts.css", "ledger.css", "pages.css"}
	scripts = []string{"console.js", "passkey.js"}
)

var assets = load()

func load() map[string]asset {
	out := map[string]asset{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		out[name] = asset{"/static/" + base64.RawURLEncoding.EncodeToString(sum[:9]) + "/" + name, content}
	}
	var style strings.Builder
	style.WriteString(look.Theme)
	for _, f := range styles {
		style.WriteString(must(f))
	}
	add("console.css", []byte(style.String()))
	var script strings.Builder
	for _, f := range scripts {
		script.WriteString(must(f))
	}
	add("console.js", []byte(script.String()))
	add("icon.svg", []byte(must("icon.svg")))
	return out
}

func must(name string) string {
	b, err := files.ReadFile("files/" + name)
	if err != nil {
		panic(err) // embedded: a test meets it, no user does
	}
	return string(b)
}

// URL is where the named asset is: console.css, console.js or icon.svg.
func URL(name string) string { return assets[name].address }

// Register serves the assets.
func Register(mux *http.ServeMux) {
	for name, a := range assets {
		mux.HandleFunc("GET "+a.address, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			http.ServeContent(w, r, path.Base(name), time.Time{}, bytes.NewReader(a.content))
		})
	}
}
