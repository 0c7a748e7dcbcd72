package foreign

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Bounds on an XML report.
const (
	maxElements = 50_000_000
	maxXMLDepth = 256
)

// detectXML tells the format of an XML report by the names it begins with.
func detectXML(text string) Kind {
	if strings.Contains(text, "cyclonedx.org/schema/bom") {
		return CycloneDX
	}
	for _, name := range []string{"asset-report-collection", "TestResult", "xccdf"} {
		if strings.Contains(text, name) {
			return XCCDF
		}
	}
	return ""
}

// markup is a position in an XML report. The decoder knows no external
// entities, and of the others only the standard ones.
type markup struct {
	*report
	dec      *xml.Decoder
	src      *counter
	depth    int
	elements int
}

// walk reads the report once and calls f at the start of each element. f may
// consume the element; one that it does not is entered.
func (r *report) walk(f func(m *markup, t xml.StartElement) error) error {
	file, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer file.Close()
	src := &counter{in: bufio.NewReaderSize(file, 64<<10), line: 1}
	m := &markup{report: r, src: src, dec: xml.NewDecoder(src)}
	m.dec.CharsetReader = latin
	for {
		src.left = 0
		token, err := m.dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return m.broken(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			m.depth--
		case xml.StartElement:
			if err := m.enter(); err != nil {
				return err
			}
			if err := f(m, t); err != nil {
				return err
			}
		}
	}
}

func (m *markup) enter() error {
	m.depth++
	if m.elements++; m.elements > maxElements || m.depth > maxXMLDepth {
		return &brokenError{m.line(), "is nested too deep, or holds too many elements"}
	}
	if m.elements%4096 == 0 && m.ctx.Err() != nil {
		return m.ctx.Err()
	}
	return nil
}

// decode reads the whole element that starts with t.
func (m *markup) decode(t xml.StartElement, into any) error {
	m.depth-- // its end is consumed
	m.src.left = 0
	if err := m.dec.DecodeElement(into, &t); err != nil {
		return m.broken(err)
	}
	return nil
}

// skip passes over the element that has just started.
func (m *markup) skip() error {
	m.depth--
	m.src.left = 1 << 40 // nothing of it is kept
	if err := m.dec.Skip(); err != nil {
		return m.broken(err)
	}
	return nil
}

func (m *markup) line() int {
	line, _ := m.dec.InputPos()
	return line
}

func (m *markup) broken(err error) error {
	if m.ctx.Err() != nil {
		return m.ctx.Err()
	}
	what := "the report breaks off here"
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) && syntax.Msg != "unexpected EOF" {
		what = "is not XML from here on: " + clean(syntax.Msg, 200)
	} else if syntax == nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		what = clean(err.Error(), 200)
	}
	return &brokenError{m.line(), what}
}

// latin reads the encodings that need no table.
func latin(charset string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(charset) {
	case "utf-8", "us-ascii", "ascii":
		return in, nil
	}
	return nil, fmt.Errorf("the encoding %q is not read", clean(charset, 40))
}
