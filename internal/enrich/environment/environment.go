// Package environment tells from tags, paths and names whether an asset is
// production, staging, test or development. It says nothing where that is not
// evident.
package environment

import (
	"path"
	"strings"

	"github.com/demarc-sec/demarc/internal/enrich/derive"
	"github.com/demarc-sec/demarc/internal/estate"
)

// Enrich sets Asset.Environment where it is empty and evident: from the
// asset's tags, else from the directories and file it was read from, else from
// its account's name.
func Enrich(e *estate.Estate) {
	paths := make(map[string]string)
	for _, a := range e.Assets {
		if a.Environment == "" {
			a.Environment = fromTags(a.Tags)
		}
		if a.Environment == "" {
			env, ok := paths[a.Root]
			if !ok {
				env = fromPath(a.Root)
				paths[a.Root] = env
			}
			a.Environment = env
		}
		if a.Environment != "" {
			continue
		}
		if acc := derive.Account(a); acc != nil {
			a.Environment = fromName(acc.Name)
			if a.Environment == "" {
				a.Environment = fromTags(acc.Tags)
			}
		}
	}
}

// The environments by name.
const (
	production  = "production"
	staging     = "staging"
	test        = "test"
	development = "development"
)

// names are the spellings that are evident on their own.
var names = map[string]string{
	"prod": production, "production": production, "prd": production,
	"staging": staging, "stage": staging, "stg": staging, "preprod": staging, "preproduction": staging, "uat": staging,
	"qa": test, "testing": test,
	"dev": development, "development": development, "devel": development, "sandbox": development, "sbx": development, "playground": development,
}

// named are further spellings, where something says that an environment is meant.
var named = map[string]string{
	"live": production, "p": production, "s": staging, "d": development, "t": test,
	"test": test, "tst": test, "integration": test, "int": test, "ci": test, "acceptance": staging, "acc": staging, "demo": staging,
	"local": development,
}

// tagKeys name an environment, in any case and with any separators.
var tagKeys = map[string]bool{"environment": true, "env": true, "stage": true, "environmentname": true, "environmenttype": true, "deploymentenvironment": true}

// separators are taken out of a tag's key. A Replacer is dear to make.
var separators = strings.NewReplacer("-", "", "_", "", ":", "", ".", "", " ", "")

func fromTags(tags map[string]string) string {
	found := ""
	for k, v := range tags {
		if !tagKeys[separators.Replace(strings.ToLower(k))] {
			continue
		}
		env := canonical(v)
		switch {
		case env == "":
		case found == "":
			found = env
		case found != env:
			return "" // two tags disagree
		}
	}
	return found
}

// canonical reads a value that says an environment. One that is in no list is
// an environment of its own: the tag says so.
func canonical(v string) string {
	v = strings.ToLower(strings.TrimSpace(v))
	if strings.ContainsRune(v, '\uE000') { // not known before deployment
		return ""
	}
	if e := names[strings.ReplaceAll(v, "-", "")]; e != "" {
		return e
	}
	if e := named[v]; e != "" {
		return e
	}
	if e := fromName(v); e != "" {
		return e
	}
	return v
}

// holders are directories below which each directory is an environment.
var holders = map[string]bool{
	"env": true, "envs": true, "environment": true, "environments": true, "account": true, "accounts": true,
	"stage": true, "stages": true, "workspace": true, "workspaces": true, "live": true, "deployments": true, "clusters": true,
}

// fromPath reads directories such as accounts/prod or envs/staging-eu, and
// files such as prod.tfplan.json. Two that disagree say nothing.
func fromPath(root string) string {
	found := ""
	segments := strings.Split(strings.ToLower(path.Clean(strings.ReplaceAll(root, `\`, "/"))), "/")
	for i, s := range segments {
		if strings.HasSuffix(s, "modules") || s == "examples" || s == "testdata" {
			return "" // code for any environment
		}
		base, _, _ := strings.Cut(s, ".")
		env := fromName(base)
		if env == "" && i > 0 && holders[segments[i-1]] {
			env = named[base]
		}
		if holders[s] {
			env = ""
		}
		switch {
		case env == "":
		case found == "":
			found = env
		case found != env:
			return ""
		}
	}
	return found
}

// fromName finds an environment among the words of a name such as acme-prod.
func fromName(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' || r == ':' })
	found := ""
	for i, w := range words {
		env := names[w]
		if i > 0 && env == production && (words[i-1] == "non" || words[i-1] == "not") {
			return "" // any but production
		}
		if i > 0 && env == production && words[i-1] == "pre" {
			env = staging
		}
		switch {
		case env == "":
		case found == "":
			found = env
		case found != env:
			return ""
		}
	}
	return found
}
