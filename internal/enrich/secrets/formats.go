package secrets

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	ahocorasick "github.com/BobuSumisu/aho-corasick"
	"github.com/pelletier/go-toml/v2"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
)

// formats are gitleaks' rules behind one search for their keywords, so that a
// text without any costs no more than being read once. A rule's expressions
// are compiled when one of its keywords first occurs: all of them together
// take longer than many a scan.
type formats struct {
	words  *ahocorasick.Trie
	rules  map[string][]*format // keyword, lower case -> rules
	shared config.Config        // the allow lists for all rules
}

type format struct {
	id       string
	compile  func() *detect.Detector
	assigned bool // only finds key=value
}

type found struct{ rule, value string }

var all = sync.OnceValue(load)

// byFormat returns what gitleaks finds in the text.
func byFormat(text string) []found {
	if len(text) < 8 {
		return nil
	}
	fs := all()
	var out []found
	var tried []*format
	lower := strings.ToLower(text)
	separated := strings.ContainsAny(text, "=:,|>")
	for _, m := range fs.words.MatchString(lower) {
		for _, r := range fs.rules[m.MatchString()] {
			if r.assigned && !separated || contains(tried, r) {
				continue
			}
			tried = append(tried, r)
			d := r.compile()
			if d == nil {
				continue
			}
			for _, f := range d.DetectString(text) {
				if r.assigned && judgeValue(f.Secret, true) == "" || elsewhere.MatchString(f.Secret) {
					continue
				}
				out = append(out, found{f.RuleID, f.Secret})
			}
		}
	}
	return out
}

// elsewhere matches what stands for a secret: a part that is not known, or what
// a shell puts in.
var elsewhere = regexp.MustCompile(`\x{E000}|\$[({]`)

func contains(fs []*format, f *format) bool {
	return slices.Contains(fs, f)
}

func load() *formats {
	fs := &formats{rules: make(map[string][]*format)}
	var vc config.ViperConfig
	if err := toml.Unmarshal([]byte(config.DefaultConfig), &vc); err != nil {
		panic("gitleaks' own rules: " + err.Error()) // embedded in the module; a test loads them
	}
	shared := config.ViperConfig{
		AllowList:  vc.AllowList, //nolint:staticcheck // deprecated for authors of rules; its own rules still use it
		Allowlists: vc.Allowlists,
	}
	fs.shared, _ = shared.Translate()
	builder := ahocorasick.NewTrieBuilder()
	for i := range vc.Rules {
		r := vc.Rules[i]
		if r.Path != "" || len(r.Keywords) == 0 || r.SkipReport || len(r.Required) > 0 {
			continue // about file names, which there are none of here
		}
		one := config.ViperConfig{}
		one.Rules = append(one.Rules, r)
		f := &format{id: r.ID, assigned: r.ID == "generic-api-key"}
		f.compile = sync.OnceValue(func() *detect.Detector {
			cfg, err := one.Translate()
			if err != nil {
				return nil
			}
			cfg.Allowlists = fs.shared.Allowlists
			return detect.NewDetector(cfg)
		})
		for _, k := range r.Keywords {
			k = strings.ToLower(k)
			if fs.rules[k] == nil {
				builder.AddString(k)
			}
			fs.rules[k] = append(fs.rules[k], f)
		}
	}
	fs.words = builder.Build()
	return fs
}
