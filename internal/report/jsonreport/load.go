package jsonreport

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/report"
)

// MaxBytes is how much Load reads before it gives up: about ten times what an
// estate of 100,000 assets takes.
const MaxBytes = 4 << 30

// maxElement bounds one element of an array, such as one asset.
const maxElement = 16 << 20

// ErrNotAssessment is wrapped by the errors of input that is JSON, but not an
// assessment.
var ErrNotAssessment = errors.New("not a Demarc assessment")

// Load reads what Format wrote. Members may come in any order, since tools
// reorder them, but none may be missing: a comparison with a file that lost
// its findings would report everything as mended. Members that a later minor
// version added are passed over.
func Load(r io.Reader) (*report.Assessment, error) { return load(r, MaxBytes) }

func load(r io.Reader, limit int64) (*report.Assessment, error) {
	bounded := &boundedReader{r: r, left: limit, limit: limit}
	dec := jsontext.NewDecoder(bounded, jsontext.AllowInvalidUTF8(true))
	a, err := decode(dec)
	switch {
	case bounded.exceeded:
		return nil, fmt.Errorf("reading the assessment: it is larger than %d bytes", limit)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, fmt.Errorf("reading the assessment: it ends in the middle, after %d bytes: %w", dec.InputOffset(), io.ErrUnexpectedEOF)
	case err != nil:
		return nil, fmt.Errorf("reading the assessment: %w", err)
	}
	return a, nil
}

func decode(dec *jsontext.Decoder) (*report.Assessment, error) {
	if dec.PeekKind() != '{' {
		if _, err := dec.ReadToken(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: it does not begin with an object", ErrNotAssessment)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	var p parts
	missing := p.members()
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		member := name.String()
		read, ok := p.reader(member)
		if !ok {
			if err := dec.SkipValue(); err != nil {
				return nil, err
			}
			continue
		}
		if err := read(dec); err != nil {
			return nil, fmt.Errorf("member %s: %w", member, err)
		}
		if i := slices.Index(missing, member); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
		}
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, err
	}
	if slices.Contains(missing, "schema_version") {
		return nil, fmt.Errorf("%w: it has no schema_version", ErrNotAssessment)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%w: it lacks %s", ErrNotAssessment, strings.Join(missing, ", "))
	}
	switch _, err := dec.ReadToken(); {
	case err == nil:
		return nil, fmt.Errorf("%w: something follows its end", ErrNotAssessment)
	case errors.Is(err, io.EOF):
		return p.assessment(), nil
	default:
		return nil, err
	}
}

// parts is an assessment while it is read.
type parts struct {
	a        report.Assessment
	assets   []report.Asset
	duties   []report.Duty
	findings []report.Finding
}

type read func(*jsontext.Decoder) error

// members are the names an assessment must have.
func (p *parts) members() []string {
	return []string{
		"schema_version", "tool", "assessed_at", "sources", "rows", "assets", "duties", "findings",
		"weakest_links", "uncovered_types", "checks", "summary", "limitations",
	}
}

func (p *parts) reader(member string) (read, bool) {
	switch member {
	case "schema_version":
		return readVersion, true
	case "tool":
		return value(&p.a.Tool), true
	case "assessed_at":
		return value(&p.a.AssessedAt), true
	case "sources":
		return elements(&p.a.Sources), true
	case "rows":
		return elements(&p.a.Rows), true
	case "assets":
		return elements(&p.assets), true
	case "duties":
		return elements(&p.duties), true
	case "findings":
		return elements(&p.findings), true
	case "weakest_links":
		return elements(&p.a.Weakest), true
	case "imports":
		return elements(&p.a.Imports), true
	case "uncovered_types":
		return elements(&p.a.Uncovered), true
	case "checks":
		return elements(&p.a.Checks), true
	case "summary":
		return value(&p.a.Summary), true
	case "frameworks":
		return elements(&p.a.Frameworks), true
	case "limitations":
		return elements(&p.a.Limitations), true
	case "narrowed":
		return elements(&p.a.Narrowed), true
	}
	return nil, false
}

func (p *parts) assessment() *report.Assessment {
	p.a.Assets, p.a.Duties, p.a.Findings = seq(p.assets), seq(p.duties), seq(p.findings)
	return &p.a
}

func seq[T any](s []T) iter.Seq[T] { return slices.Values(s) }

func readVersion(dec *jsontext.Decoder) error {
	var v string
	if err := value(&v)(dec); err != nil {
		return err
	}
	major, _, _ := strings.Cut(v, ".")
	ours, _, _ := strings.Cut(report.SchemaVersion, ".")
	if _, err := strconv.ParseUint(major, 10, 16); err != nil {
		return fmt.Errorf("%w: %q is not a version", ErrNotAssessment, clip(v))
	}
	if major != ours {
		return fmt.Errorf("the assessment has schema version %s, and this program reads %s.x; make it anew with this version of demarc", clip(v), ours)
	}
	return nil
}

func clip(s string) string {
	if len(s) > 20 {
		return s[:20] + "…"
	}
	return s
}

func value[T any](into *T) read {
	return func(dec *jsontext.Decoder) error {
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if len(raw) > maxElement {
			return fmt.Errorf("one value takes %d bytes, more than %d", len(raw), maxElement)
		}
		return json.Unmarshal(raw, into, unmarshalOptions)
	}
}

// elements reads an array one element at a time, so that the text of the whole
// array is never held.
func elements[T any](into *[]T) read {
	return func(dec *jsontext.Decoder) error {
		if kind := dec.PeekKind(); kind != '[' {
			if _, err := dec.ReadToken(); err != nil {
				return err
			}
			return fmt.Errorf("%w: want an array, got %s", ErrNotAssessment, kind)
		}
		if _, err := dec.ReadToken(); err != nil {
			return err
		}
		for dec.PeekKind() != ']' && dec.PeekKind() != 0 {
			var v T
			if err := value(&v)(dec); err != nil {
				return fmt.Errorf("element %d: %w", len(*into), err)
			}
			*into = append(*into, v)
		}
		_, err := dec.ReadToken()
		return err
	}
}

// unmarshalOptions keep whole numbers whole: a fact's value is an int64 where
// it fits one.
var unmarshalOptions = json.JoinOptions(
	jsontext.AllowInvalidUTF8(true),
	json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *any) error {
		if dec.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil && string(raw) != "-0" {
			*v = n
			return nil
		}
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil {
			return fmt.Errorf("number %s is out of range", clip(string(raw)))
		}
		*v = f
		return nil
	})),
)

// boundedReader fails once more than the limit was read, unlike io.LimitReader,
// which would pass a cut file off as a short one.
type boundedReader struct {
	r           io.Reader
	left, limit int64
	exceeded    bool
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left < 0 {
		b.exceeded = true
		return 0, errors.New("too large")
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}
