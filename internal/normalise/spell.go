package normalise

import (
	"strings"

	"github.com/demarc-sec/demarc/internal/catalogue"
)

// PropertyPath returns the path of the twin's property that stands for the
// argument. Where the twin does not name it, it is spelled as its dialect
// spells.
func PropertyPath(t *catalogue.Twin, argument string) string {
	return newTranslator(t, nil, nil).property(argument)
}

// property is the native path of an argument.
func (t *translator) property(argument string) string {
	if p, done := t.called.Load(argument); done {
		return p.(string)
	}
	p := t.spelled(argument)
	t.called.Store(argument, p)
	return p
}

func (t *translator) spelled(argument string) string {
	around, rest := "", argument
	for i := len(argument); i > 0; i = strings.LastIndexByte(argument[:i], '.') {
		if native, ok := t.back[argument[:i]]; ok {
			if i == len(argument) {
				return native
			}
			around, rest = native, argument[i+1:]
			break
		}
	}
	azure := catalogue.Azure(t.native)
	if azure && around == "" && !besideProperties[strings.SplitN(rest, ".", 2)[0]] {
		around = hoisted
	}
	for segment := range strings.SplitSeq(rest, ".") {
		around = join(around, t.nativeWord(segment))
	}
	return around
}

// besideProperties are what resources of Azure have beside their properties.
var besideProperties = map[string]bool{
	"name": true, "location": true, "tags": true, "kind": true, "sku": true, "identity": true, "zones": true, "plan": true, "scope": true,
	"parent": true, "label": true, "managed_by": true, "extended_location": true, "etag": true,
}

// nativeWord spells one segment of an argument path.
func (t *translator) nativeWord(segment string) string {
	switch {
	case !t.toBlocks && !t.fromBlocks:
		return segment // one dialect: only places differ
	case !t.toBlocks:
		return catalogue.Snake(segment)
	}
	word := catalogue.Camel(segment)
	if strings.HasPrefix(t.native, "AWS::") && word != "" {
		word = strings.ToUpper(word[:1]) + word[1:]
	}
	return word
}
