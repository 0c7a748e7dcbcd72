package htmlreport

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/look"
	"github.com/demarc-sec/demarc/internal/report"
)

//go:embed assets
var assets embed.FS

// The parts of the page, in the order the browser reads them.
var (
	styleFiles = []string{"layout.css", "matrix.css", "lists.css", "panel.css", "print.css"}

	scriptFiles = []string{
		"data.js",     // the document, unpacked
		"dom.js",      // elements without ever parsing markup
		"words.js",    // names, symbols and percentages
		"address.js",  // the state in the URL
		"theme.js",    // light and dark
		"matrix.js",   // the matrix and its line
		"weakest.js",  // weakest links
		"list.js",     // a list with search, facets, sorting and pages
		"findings.js", // the findings
		"assets.js",   // the assets
		"unseen.js",   // gaps, uncovered types, limitations, and the calendar
		"panel.js",    // the panel: cells, assets, findings
		"print.js",    // what paper needs and a screen does not
		"main.js",     // starts everything
	}

	skeleton = template.Must(template.New("page").Funcs(template.FuncMap{
		"n": group, "show": visible, "scannerBar": scannerBar, "teamless": teamless, "kinds": kinds,
	}).ParseFS(assets, "assets/page.html.tmpl"))
)

// policy forbids the page every network access and all script but its own.
const policy = "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

func writePage(w io.Writer, f Format, a *report.Assessment, d *document) error {
	style, err := join(styleFiles)
	if err != nil {
		return err
	}
	style = look.Theme + style
	script, err := join(scriptFiles)
	if err != nil {
		return err
	}
	script = "(() => {\n'use strict';\n" + script + "})();\n"
	data, err := encode(d)
	if err != nil {
		return fmt.Errorf("encoding the page's data: %w", err)
	}
	return skeleton.ExecuteTemplate(w, "page.html.tmpl", map[string]any{
		"Title":   f.Title,
		"Policy":  fmt.Sprintf(policy, fingerprint(script), fingerprint(style)),
		"Style":   template.CSS(style),
		"Script":  template.JS(script),
		"Data":    template.JS(data),
		"Symbols": template.HTML(look.Symbols),
		"Head":    newHeadline(a, d),
		"Tool":    a.Tool,
		"A":       a,
		"Doc":     d,
	})
}

// encode writes the data so that it may stand in a script element: encoding/json
// escapes <, >, &, U+2028 and U+2029, hence no text can close the element.
func encode(d *document) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(true)
	if err := e.Encode(d); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()), nil
}

// unseen are controls, and marks that turn the direction of writing: they could
// make one name look like another.
var unseen = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]`)

// visible shows what is unseen instead of obeying it, as dom.js does.
func visible(s string) string {
	return unseen.ReplaceAllStringFunc(s, func(c string) string { return fmt.Sprintf("\u2039U+%04X\u203a", []rune(c)[0]) })
}

func join(files []string) (string, error) {
	var b strings.Builder
	for _, f := range files {
		text, err := assets.ReadFile("assets/" + f)
		if err != nil {
			return "", err
		}
		b.Write(text)
	}
	return b.String(), nil
}

// fingerprint is how a content security policy names a script or style.
func fingerprint(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}
