package tenant

import (
	"path"
	"slices"
	"strings"
)

// Placed is what a scope asks of an asset.
type Placed struct {
	Source      int64
	Path        string // of the file that describes it, as its source names it
	Account     string
	Environment string
	Kind        string
	Provider    string
	Service     string
	Team        string
	Tags        map[string]string
}

// Scope tells which assets lie in a group: those that every filled field
// takes. The zero value takes none.
type Scope struct {
	Sources      []int64           `json:"sources,omitempty"`
	Paths        []string          `json:"paths,omitempty"` // patterns of path.Match, or a directory with a final slash
	Accounts     []string          `json:"accounts,omitempty"`
	Environments []string          `json:"environments,omitempty"`
	Kinds        []string          `json:"kinds,omitempty"`
	Providers    []string          `json:"providers,omitempty"`
	Services     []string          `json:"services,omitempty"`
	Teams        []string          `json:"teams,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"` // an empty value takes any
}

// Empty reports that the scope asks for nothing, and so takes nothing.
func (s Scope) Empty() bool {
	return len(s.Sources) == 0 && len(s.Paths) == 0 && len(s.Accounts) == 0 && len(s.Environments) == 0 && len(s.Kinds) == 0 &&
		len(s.Providers) == 0 && len(s.Services) == 0 && len(s.Teams) == 0 && len(s.Tags) == 0
}

// Takes reports whether the scope takes the asset.
func (s Scope) Takes(a Placed) bool {
	if s.Empty() {
		return false
	}
	if len(s.Sources) > 0 && !slices.Contains(s.Sources, a.Source) {
		return false
	}
	for _, c := range []struct {
		asked []string
		value string
	}{
		{s.Accounts, a.Account},
		{s.Environments, a.Environment},
		{s.Kinds, a.Kind},
		{s.Providers, a.Provider},
		{s.Services, a.Service},
		{s.Teams, a.Team},
	} {
		if len(c.asked) > 0 && !slices.Contains(c.asked, c.value) {
			return false
		}
	}
	for key, value := range s.Tags {
		if have, ok := a.Tags[key]; !ok || (value != "" && have != value) {
			return false
		}
	}
	return len(s.Paths) == 0 || slices.ContainsFunc(s.Paths, func(p string) bool { return takesPath(p, a.Path) })
}

func takesPath(pattern, name string) bool {
	if strings.HasSuffix(pattern, "/") {
		return strings.HasPrefix(name, pattern)
	}
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
