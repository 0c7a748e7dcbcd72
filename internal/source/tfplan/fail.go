package tfplan

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// broken is the error the decoder met when it looked at the next value.
func (s *scanner) broken() error {
	_, err := s.dec.ReadToken()
	if err == nil {
		err = errors.New("unexpected token") // cannot be: only called on an invalid kind
	}
	return s.fail(err)
}

// fail words an error of the decoder for the reader of a report.
func (s *scanner) fail(err error) error {
	if s.src.ctx.Err() != nil {
		return s.src.ctx.Err()
	}
	e := s.errorHere("file", "", showMend)
	var where string
	if se, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		e.Offset = s.base + se.ByteOffset
		if p := string(se.JSONPointer); p != "" {
			where = fmt.Sprintf(" (within %q)", shorten(p))
		}
		err = se.Err
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.What = "the file ends in the middle: it is truncated"
	case errors.Is(err, errString):
		e.kind, e.What, e.Mend = "limit", errString.Error(), ""
	default:
		e.What = "it is not valid JSON: " + strings.TrimPrefix(err.Error(), "jsontext: ")
	}
	e.What += where
	return e
}

func (s *scanner) errorHere(kind, what, mend string) *InputError {
	return &InputError{kind: kind, What: what, Mend: mend, Offset: s.offset(), Line: s.line()}
}

func (s *scanner) wrong(want, got jsontext.Kind) error {
	return s.errorHere("file", fmt.Sprintf("expected %s, found %s at %s", kindName(want), kindName(got), s.at()), showMend)
}

func (s *scanner) duplicate(name string) error {
	return s.errorHere("file", fmt.Sprintf("the name %q comes twice in one object at %s", shorten(name), s.at()), showMend)
}

func (s *scanner) tooDeep() error {
	return s.errorHere("limit", fmt.Sprintf("values nest deeper than %d levels at %s", maxDepth, s.at()), "")
}

func (s *scanner) at() string {
	if p := shorten(string(s.dec.StackPointer())); p != "" {
		return p
	}
	return "the top"
}

func kindName(k jsontext.Kind) string {
	switch k {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case 't', 'f':
		return "a bool"
	case 'n':
		return "null"
	}
	return ""
}

// shorten keeps names from the file to a length fit for one line.
func shorten(s string) string {
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:50], "") + "…" + strings.ToValidUTF8(s[len(s)-50:], "")
	}
	return s
}
