package expr

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/demarc-sec/demarc/internal/source"
)

// What a machine runs when it starts is text, often in base64 and compressed.
// Two functions ask it something:
//
//	mentions(r, path, pattern)  whether what is known of the text matches
//	says(r, path, pattern)      likewise, but unknown where no match was found
//	                            and part of the text is not known

// patterns holds compiled ones; there are as many as the catalogue writes.
var patterns sync.Map

func matches(pattern, text string) (bool, error) {
	if re, ok := patterns.Load(pattern); ok {
		return re.(*regexp.Regexp).MatchString(text), nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return false, err
	}
	patterns.Store(pattern, re)
	return re.MatchString(text), nil
}

func mentions(args ...ref.Val) ref.Val {
	found, _ := search(args)
	return found
}

func says(args ...ref.Val) ref.Val {
	found, open := search(args)
	if found == types.False && open {
		return unknown
	}
	return found
}

// search looks for the pattern in every text at the path, and tells whether
// part of one is not known.
func search(args []ref.Val) (found ref.Val, open bool) {
	path, isText := args[1].Value().(string)
	pattern, isPattern := args[2].Value().(string)
	if !isText || !isPattern {
		return types.NewErr("a path and a pattern are texts"), false
	}
	for _, v := range Values(native(args[0]), path) {
		var text string
		switch x := v.(type) {
		case string:
			text = x
		case *source.Unknown:
			text, open = x.Text, true
		}
		hit, err := matches(pattern, inClear(text))
		if err != nil {
			return types.NewErr("%v", err), false
		}
		if hit {
			return types.True, false
		}
	}
	return types.False, open
}

// inClear is the text that base64 and gzip stand for, or the text itself.
func inClear(text string) string {
	if len(text) > 4*maxText || strings.ContainsAny(text, " {<$") {
		return text
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return text
	}
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		zr, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return text
		}
		if raw, err = io.ReadAll(io.LimitReader(zr, maxText)); err != nil {
			return text
		}
	}
	if !utf8.Valid(raw) {
		return text
	}
	return string(raw)
}
