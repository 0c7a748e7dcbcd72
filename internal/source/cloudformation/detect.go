package cloudformation

import (
	"bytes"
	"path"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxHead is how much of a file decides what it is.
const maxHead = 64 << 10

// Detect tells a template, or the manifest of a CDK application, by its name's
// ending and the beginning of its text. It is cheap, and errs on the side of
// no: the word AWSTemplateFormatVersion, the SAM transform or a resource with
// a type of CloudFormation must stand where they belong.
func Detect(name string, head []byte) bool {
	head = head[:min(len(head), maxHead)]
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if isManifest(base, head) {
		return true
	}
	switch strings.ToLower(path.Ext(base)) {
	case ".json", ".yaml", ".yml", ".template", ".cfn", ".cform", ".txt", "":
	default:
		return false
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if looksLikeJSON(head) {
		return detectJSON(head)
	}
	return detectYAML(head)
}

// detectYAML looks at the keys that stand at the margin, and for types below
// Resources.
func detectYAML(head []byte) bool {
	if !bytes.Contains(head, []byte("AWS")) && !bytes.Contains(head, []byte("Alexa::")) && !bytes.Contains(head, []byte("Custom::")) {
		return false
	}
	section, margin := "", -1
	for line := range bytes.Lines(head) {
		in := indent(line)
		text := bytes.TrimSpace(line)
		switch {
		case in < 0 || len(text) == 0 || text[0] == '#' || bytes.HasPrefix(line, []byte("---")) || line[0] == '%':
			continue
		case margin < 0:
			margin = in
		}
		if in != margin || text[0] == '-' {
			if section == "Resources" && typeLine(text) || section == "Transform" && namesTransform(text) {
				return true
			}
			continue
		}
		key, rest, _ := bytes.Cut(text, []byte{':'})
		section = string(bytes.Trim(key, ` "'`))
		rest = bytes.TrimSpace(rest)
		switch {
		case section == "AWSTemplateFormatVersion", section == "Transform" && namesTransform(rest):
			return true
		case section != "Resources" || len(rest) == 0 || rest[0] == '#':
		case rest[0] == '{':
			if typeLine(rest) {
				return true
			}
		default:
			section = ""
		}
	}
	return false
}

func namesTransform(line []byte) bool {
	return bytes.Contains(line, []byte(transformSAM)) || bytes.Contains(line, []byte("AWS::LanguageExtensions"))
}

// typeLine reports whether the line gives a resource's type, in a block or in
// a flow mapping.
func typeLine(line []byte) bool {
	for {
		_, after, found := bytes.Cut(line, []byte("Type"))
		if !found {
			return false
		}
		rest, ok := bytes.CutPrefix(bytes.TrimLeft(after, ` "'`), []byte{':'})
		if ok && nativeType(string(bytes.TrimLeft(rest, " \t\"'"))) {
			return true
		}
		line = after
	}
}

// detectJSON reads tokens until it knows; the text is mostly cut off.
func detectJSON(head []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewReader(head), jsontext.AllowDuplicateNames(true))
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	for dec.PeekKind() == '"' {
		tok, err := dec.ReadToken()
		if err != nil {
			return false
		}
		switch tok.String() {
		case "AWSTemplateFormatVersion":
			return true
		case "Transform":
			v, err := dec.ReadValue()
			if err != nil || bytes.Contains(v, []byte(transformSAM)) || bytes.Contains(v, []byte("AWS::LanguageExtensions")) {
				return err == nil
			}
		case "Resources":
			if dec.PeekKind() != '{' {
				return false
			}
			if found, end := jsonTypes(dec); found || end {
				return found
			}
		default:
			if dec.SkipValue() != nil {
				return false
			}
		}
	}
	return false
}

// jsonTypes looks for a resource's type inside the object that comes next. end
// reports that the text came to its end in it.
func jsonTypes(dec *jsontext.Decoder) (found, end bool) {
	depth := dec.StackDepth()
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			return false, true
		}
		if dec.StackDepth() == depth {
			return false, false
		}
		if kind, length := dec.StackIndex(dec.StackDepth()); dec.StackDepth() != depth+2 || kind != '{' || length%2 == 0 || tok.Kind() != '"' || tok.String() != "Type" {
			continue
		}
		v, err := dec.ReadToken()
		if err != nil {
			return false, true
		}
		if v.Kind() == '"' && nativeType(v.String()) {
			return true, false
		}
	}
}

func nativeType(t string) bool {
	return strings.HasPrefix(t, "AWS::") || strings.HasPrefix(t, "Alexa::") || strings.HasPrefix(t, "Custom::")
}
