package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxFields bounds the values of a form.
const maxFields = 2000

// ErrInvalid is wrapped by errors about a form; their text is for the person
// who sent it.
var ErrInvalid = errors.New("not valid")

// Form is what a form was sent with. Its methods read one field each, and the
// first that does not hold is what Err returns; so a handler reads them all
// and asks once.
type Form struct {
	values url.Values
	err    error
}

// ReadForm reads the body of a request, or its query where it is a GET.
func ReadForm(r *http.Request) *Form {
	f := &Form{}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		f.values = r.URL.Query()
	} else if f.err = r.ParseForm(); f.err == nil {
		f.values = r.PostForm
	} else if _, tooLarge := errors.AsType[*http.MaxBytesError](f.err); !tooLarge {
		f.err = fmt.Errorf("%w: the form cannot be read", ErrInvalid)
	}
	n := 0
	for name, v := range f.values {
		n += len(v)
		if slices.ContainsFunc(v, func(s string) bool { return strings.Contains(s, "\x00") }) {
			f.fail("%s has a character that cannot be kept", name)
		}
	}
	if n > maxFields {
		f.values = nil
		f.fail("the form has more than %d fields", maxFields)
	}
	return f
}

// Err returns what was wrong with the first field that was.
func (f *Form) Err() error { return f.err }

func (f *Form) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
	}
}

// Has reports whether the field was sent, such as a box that is ticked.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// Line is one line of text without blanks around it, of at most so many bytes.
func (f *Form) Line(name string, most int) string {
	s := strings.TrimSpace(f.Text(name, most))
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		f.fail("%s has one line", name)
		return ""
	}
	return s
}

// Text is text of at most so many bytes, as it was sent.
func (f *Form) Text(name string, most int) string {
	s := f.values.Get(name)
	if len(s) > most || !utf8.ValidString(s) {
		f.fail("%s has at most %d characters", name, most)
		return ""
	}
	return s
}

// Lines are the lines of a text that are not empty, at most so many.
func (f *Form) Lines(name string, most int) []string {
	var out []string
	for line := range strings.Lines(f.Text(name, 1000*most)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	if len(out) > most {
		f.fail("%s has at most %d lines", name, most)
		return nil
	}
	return out
}

// Number is a number, 0 where the field is empty.
func (f *Form) Number(name string) int64 {
	s := strings.TrimSpace(f.values.Get(name))
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f.fail("%s is a number", name)
	}
	return n
}

// Numbers are the numbers of a field that comes several times.
func (f *Form) Numbers(name string) []int64 {
	var out []int64
	for _, s := range f.values[name] {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			f.fail("%s is a number", name)
			return nil
		}
		out = append(out, n)
	}
	return out
}

// One is one of the values there are; where the field is empty, the first.
func (f *Form) One(name string, values ...string) string {
	s := f.values.Get(name)
	if s == "" {
		return values[0]
	}
	if !slices.Contains(values, s) {
		f.fail("%s is one of %s", name, strings.Join(values, ", "))
		return values[0]
	}
	return s
}

// Many are the values of a field that comes several times.
func (f *Form) Many(name string) []string { return slices.Clone(f.values[name]) }

// Day is a day such as 2026-12-31 in UTC, the zero time where the field is
// empty.
func (f *Form) Day(name string) time.Time {
	s := f.values.Get(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		f.fail("%s is a day such as 2026-12-31", name)
	}
	return t
}
