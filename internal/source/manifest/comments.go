package manifest

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/demarc-sec/demarc/internal/source"
)

// comments are those of the document, by line of its text. Lines of block
// scalars, in which # is text, hold none.
func (c *chunk) comments(root *yaml.Node) []source.Comment {
	if c.json != nil || !bytes.ContainsRune(c.text, '#') {
		return nil
	}
	blocks := map[int]bool{}
	markBlocks(root, blocks, 0, new(int))
	var out []source.Comment
	inBlock, indent, opener := false, 0, 0
	n := 0
	for l := range bytes.Lines(c.text) {
		n++
		lead := len(l) - len(bytes.TrimLeft(l, " "))
		blank := len(bytes.TrimSpace(l)) == 0
		if inBlock {
			if blank {
				continue
			}
			if indent < 0 {
				indent = lead
			}
			if lead >= indent && lead > opener {
				continue
			}
			inBlock = false
		}
		if text := comment(l); text != "" {
			out = append(out, source.Comment{Text: text, Line: n})
		}
		if blocks[n] {
			inBlock, indent, opener = true, -1, lead
		}
	}
	return out
}

func markBlocks(n *yaml.Node, lines map[int]bool, depth int, count *int) {
	if *count++; n == nil || depth > maxDepth || *count > maxValues {
		return
	}
	if n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		lines[n.Line] = true
	}
	for _, c := range n.Content {
		markBlocks(c, lines, depth+1, count)
	}
}

// comment is the text after # on a line, where # is not within quotes.
func comment(l []byte) string {
	var quote byte
	for i, b := range l {
		switch {
		case quote != 0:
			if b == quote && (quote != '"' || l[i-1] != '\\') {
				quote = 0
			}
		case b == '#' && (i == 0 || l[i-1] == ' ' || l[i-1] == '\t'):
			return strings.TrimSpace(strings.TrimLeft(string(l[i:]), "#"))
		case (b == '\'' || b == '"') && (i == 0 || strings.IndexByte(" \t[{,:", l[i-1]) >= 0):
			quote = b
		}
	}
	return ""
}

var (
	checkovSkip = regexp.MustCompile(`^(?:checkov|bridgecrew|cortex)\.io/skip\d*$`)
	polarisOne  = regexp.MustCompile(`^polaris\.fairwinds\.com/(?:[^/]+\.)?([A-Za-z0-9-]+)-exempt$`)
)

// annotated gives the annotations by which Demarc and other scanners are told
// to pass over something, written as the comments that say the same.
func annotated(r *source.Resource) []source.Comment {
	var out []source.Comment
	for _, path := range []string{"metadata.annotations", "spec.template.metadata.annotations", "spec.jobTemplate.spec.template.metadata.annotations"} {
		each(r.Body, path, func(v any) {
			m, _ := v.(map[string]any)
			for _, k := range slices.Sorted(maps.Keys(m)) {
				line := r.Lines[path+"."+k]
				if line == 0 {
					line = r.Location.Line
				}
				for _, text := range waiver(k, fmt.Sprint(m[k])) {
					out = append(out, source.Comment{Text: text, Line: line})
				}
			}
		})
	}
	return out
}

func waiver(key, value string) []string {
	value = strings.TrimSpace(value)
	switch {
	case key == "demarc.dev/waive" || strings.HasPrefix(key, "demarc.dev/waive-") || strings.HasPrefix(key, "demarc.dev/waive."):
		return []string{"demarc:waive=" + value}
	case checkovSkip.MatchString(key):
		id, why, _ := strings.Cut(value, "=")
		return []string{"checkov:skip=" + strings.TrimSpace(id) + ":" + strings.TrimSpace(why)}
	case key == "kube-score/ignore":
		var out []string
		for id := range strings.SplitSeq(value, ",") {
			if id = strings.TrimSpace(id); id != "" {
				out = append(out, "kube-score:ignore="+id)
			}
		}
		return out
	case key == "kube-linter.io/ignore-all":
		return []string{"kube-linter:skip=*:" + value}
	case strings.HasPrefix(key, "ignore-check.kube-linter.io/"):
		return []string{"kube-linter:skip=" + strings.TrimPrefix(key, "ignore-check.kube-linter.io/") + ":" + value}
	case strings.HasPrefix(key, "datree.skip/"):
		return []string{"datree:skip=" + strings.TrimPrefix(key, "datree.skip/") + ":" + value}
	case strings.HasPrefix(key, "polaris.fairwinds.com/") && value == "true":
		if key == "polaris.fairwinds.com/exempt" {
			return []string{"polaris:exempt=*"}
		}
		if m := polarisOne.FindStringSubmatch(key); m != nil {
			return []string{"polaris:exempt=" + m[1]}
		}
	}
	return nil
}
