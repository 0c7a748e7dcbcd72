package cloudformation

import (
	"path"
	"regexp"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// keptSecret yields the stack itself where a parameter that is kept secret
// (NoEcho) has a default: whoever reads the template reads it. The default
// stands under the parameter's name and NoEcho, which tells those who look for
// credentials that its author calls it one. The names of users, which many
// keep secret as well, are none.
func (st *stack) keptSecret() {
	kept := map[string]any{}
	var first, last int
	lines := map[string]int{}
	for _, m := range st.doc.root.get("Parameters").entries() {
		noEcho, _ := m.val.get("NoEcho").scalar()
		text, ok := m.val.get("Default").scalar()
		if !strings.EqualFold(noEcho, "true") || !ok || text == "" {
			continue
		}
		kept[m.name] = map[string]any{"NoEcho": text}
		if namesUser.MatchString(m.name) {
			kept[m.name] = text
		}
		if first == 0 {
			first = m.line
			put(lines, "Parameters", m.line)
		}
		last = max(m.val.end, m.line)
		put(lines, "Parameters."+m.name, m.line)
	}
	if len(kept) == 0 {
		return
	}
	end, comments := st.doc.comments.span(first, last)
	st.rd.sink.Resource(&source.Resource{
		Dialect: estate.CloudFormation, Type: typeStack, Address: st.prefix + "Parameters", Name: path.Base(st.file), Provider: "aws",
		Root: st.rd.file, Account: known(st.rd.info.account), Region: known(st.rd.info.region),
		Body: map[string]any{"Parameters": kept}, Set: map[string]bool{"Parameters": true}, Calls: st.calls, Lines: lines,
		Location: estate.Location{File: st.file, Line: first, EndLine: end}, Comments: comments,
	})
}

// namesUser matches parameters that hold who somebody is, not what proves it.
var namesUser = regexp.MustCompile(`(?i)(user|name|login|email|mail|id|arn|account)$`)
