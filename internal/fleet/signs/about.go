package signs

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/detections"
)

// About is what is known of a rule that comes with Demarc.
type About struct {
	Rule
	Else []string // what it may be instead of an intrusion
	Text string   // the Sigma rule; nothing where it is none
}

// Of returns what is known of a rule by its name; false where it is one of the server's
// own.
func Of(name string) (About, bool) {
	if r, ok := Rules[name]; ok {
		return About{Rule: r}, true
	}
	if name == "" || strings.ContainsAny(name, "/\\") || !fs.ValidPath(name) {
		return About{}, false
	}
	text, err := fs.ReadFile(detections.FS, name+"/rule.yaml")
	if err != nil {
		return About{}, false
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var r struct {
			Title       string
			Name        string
			Description string
			Tags        []string
			Else        []string `yaml:"falsepositives"`
		}
		if err := dec.Decode(&r); err != nil {
			return About{Text: string(text)}, errors.Is(err, io.EOF)
		}
		if r.Name != name {
			continue // one that it looks at
		}
		a := About{Rule: Rule{Title: r.Title, About: r.Description}, Else: r.Else, Text: string(text)}
		for _, t := range r.Tags {
			if id, ok := strings.CutPrefix(strings.ToUpper(t), "ATTACK.T"); ok {
				a.Techniques = append(a.Techniques, "T"+id)
			}
		}
		a.Do = "See whether it is one of the things that it may be else. If it is none, look at what else this server logged around that time, and at who was logged in; keep what you find before you change anything."
		return a, true
	}
}
