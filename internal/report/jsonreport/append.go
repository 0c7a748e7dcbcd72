package jsonreport

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/jsonstream"
)

// The bulk of a report is written without reflection. A test holds that what
// these functions append is what the encoder makes of the types' tags.

func appendAsset(b []byte, a *report.Asset) []byte {
	o := object{b: append(b, '{')}
	o.text("id", a.ID)
	o.text("address", a.Address)
	o.array("addresses", a.Addresses)
	o.text("kind", a.Kind)
	o.text("kind_title", a.KindTitle)
	o.text("provider", a.Provider)
	o.text("service", a.Service)
	o.text("service_name", a.ServiceName)
	o.text("model", a.Model)
	o.text("native_type", a.NativeType)
	o.text("name", a.Name)
	o.textIf("account", a.Account)
	o.textIf("region", a.Region)
	o.textIf("instance", a.Instance)
	o.textIf("environment", a.Environment)
	if len(a.Tags) > 0 {
		o.name("tags")
		tags := o.open()
		for _, k := range slices.Sorted(maps.Keys(a.Tags)) {
			tags.key(k)
			tags.b = quote(tags.b, a.Tags[k])
		}
		o.close(tags)
	}
	o.textIf("team", a.Team)
	o.location("location", a.Location)
	if len(a.Calls) > 0 {
		o.name("calls")
		o.b = append(o.b, '[')
		for i, l := range a.Calls {
			o.comma(i)
			o.place(l)
		}
		o.b = append(o.b, ']')
	}
	o.boolIf("elsewhere", a.Elsewhere)
	o.boolIf("reported", a.Reported)
	o.name("facts")
	facts := o.open()
	for i := range a.Facts {
		facts.key(a.Facts[i].Name)
		facts.fact(&a.Facts[i].Fact)
	}
	o.close(facts)
	if len(a.Relations) > 0 {
		o.name("relations")
		o.b = append(o.b, '[')
		for i, r := range a.Relations {
			o.comma(i)
			rel := o.open()
			rel.text("name", r.Name)
			rel.textIf("asset", r.Asset)
			rel.textIf("ref", r.Ref)
			o.close(rel)
		}
		o.b = append(o.b, ']')
	}
	return append(o.b, '}')
}

func (o *object) fact(f *report.Fact) {
	in := o.open()
	if f.Value != nil {
		in.name("value")
		in.value(f.Value)
	}
	in.textIf("unknown", f.Unknown)
	in.textIf("how", f.How)
	in.textIf("attribute", f.Attribute)
	in.textIf("address", f.Address)
	if f.Location != (estate.Location{}) {
		in.location("location", f.Location)
	}
	o.close(in)
}

func appendDuty(b []byte, d *report.Duty) []byte {
	o := object{b: append(b, '{')}
	o.text("asset", d.Asset)
	o.text("responsibility", d.Responsibility)
	o.text("row", d.Row)
	o.text("owner", d.Owner)
	o.textIf("party", d.Party)
	o.arrayIf("possible", d.Possible)
	o.textIf("team", d.Team)
	o.text("status", d.Status)
	o.name("basis")
	basis := o.open()
	basis.text("rule", d.Basis.Rule)
	basis.textIf("note", d.Basis.Note)
	basis.arrayIf("facts", d.Basis.Facts)
	if doc := d.Basis.Document; doc != nil {
		basis.name("document")
		in := basis.open()
		in.text("url", doc.URL)
		in.text("title", doc.Title)
		basis.close(in)
	}
	basis.boolIf("inferred", d.Basis.Inferred)
	basis.textIf("verified_on", d.Basis.VerifiedOn)
	if len(d.Basis.Evidence) > 0 {
		basis.name("evidence")
		basis.b = append(basis.b, '[')
		for i, e := range d.Basis.Evidence {
			basis.comma(i)
			in := basis.open()
			in.text("check", e.Check)
			in.text("result", e.Result)
			in.textIf("from", e.From)
			basis.close(in)
		}
		basis.b = append(basis.b, ']')
	}
	basis.textIf("inside", d.Basis.Inside)
	o.close(basis)
	o.textIf("changes_on", d.ChangesOn)
	o.textIf("changes_to", d.ChangesTo)
	return append(o.b, '}')
}

func appendFinding(b []byte, f *report.Finding) []byte {
	o := object{b: append(b, '{')}
	o.text("fingerprint", f.Fingerprint)
	o.text("check", f.Check)
	o.arrayIf("aliases", f.Aliases)
	o.text("title", f.Title)
	o.text("severity", f.Severity)
	o.text("result", f.Result)
	o.text("asset", f.Asset)
	o.text("address", f.Address)
	o.text("responsibility", f.Responsibility)
	o.text("row", f.Row)
	o.text("owner", f.Owner)
	o.textIf("team", f.Team)
	o.location("location", f.Location)
	o.textIf("attribute", f.Attribute)
	o.text("message", f.Message)
	o.textIf("why", f.Why)
	o.textIf("remediation", f.Remediation)
	o.arrayIf("references", f.References)
	o.arrayIf("controls", f.Controls)
	if f.Waiver != nil {
		o.name("waiver")
		o.value(f.Waiver)
	}
	o.boolIf("baseline", f.Baseline)
	o.textIf("tool", f.Tool)
	o.numberIf("count", f.Count)
	o.arrayIf("also_reported_by", f.AlsoReportedBy)
	return append(o.b, '}')
}

// object is a JSON object under way. Methods that end in If leave out what is
// empty.
type object struct {
	b    []byte
	some bool // it has a member
}

// name begins a member whose name needs no escapes.
func (o *object) name(name string) {
	o.next()
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
}

// key begins a member of any name.
func (o *object) key(name string) {
	o.next()
	o.b = append(quote(o.b, name), ':')
}

func (o *object) next() {
	if o.some {
		o.b = append(o.b, ',')
	}
	o.some = true
}

// open opens an object within o; until it is closed, o must not be used.
func (o *object) open() object { return object{b: append(o.b, '{')} }

func (o *object) close(in object) { o.b = append(in.b, '}') }

func (o *object) text(name, s string) {
	o.name(name)
	o.b = quote(o.b, s)
}

func (o *object) textIf(name, s string) {
	if s != "" {
		o.text(name, s)
	}
}

func (o *object) boolIf(name string, is bool) {
	if is {
		o.name(name)
		o.b = append(o.b, "true"...)
	}
}

func (o *object) numberIf(name string, n int) {
	if n != 0 {
		o.name(name)
		o.b = strconv.AppendInt(o.b, int64(n), 10)
	}
}

func (o *object) array(name string, list []string) {
	o.name(name)
	o.texts(list)
}

func (o *object) arrayIf(name string, list []string) {
	if len(list) > 0 {
		o.array(name, list)
	}
}

func (o *object) texts(list []string) {
	o.b = append(o.b, '[')
	for i, s := range list {
		o.comma(i)
		o.b = quote(o.b, s)
	}
	o.b = append(o.b, ']')
}

func (o *object) location(name string, l estate.Location) {
	o.name(name)
	o.place(l)
}

func (o *object) place(l estate.Location) {
	in := o.open()
	in.textIf("file", l.File)
	in.numberIf("line", l.Line)
	in.numberIf("end_line", l.EndLine)
	o.close(in)
}

// comma separates the elements of a list.
func (o *object) comma(i int) {
	if i > 0 {
		o.b = append(o.b, ',')
	}
}

// value appends any value; those most facts have without reflection.
func (o *object) value(v any) {
	switch x := v.(type) {
	case bool:
		o.b = strconv.AppendBool(o.b, x)
	case string:
		o.b = quote(o.b, x)
	case int64:
		o.b = strconv.AppendInt(o.b, x, 10)
	case []string:
		o.texts(x)
	default:
		text, err := json.Marshal(v, jsonstream.Options)
		if err != nil { // no fact is of such a type
			text = []byte("null")
		}
		o.b = append(o.b, text...)
	}
}

// quote appends s in quotes; what is not UTF-8 becomes U+FFFD. Most texts are
// plain and are copied whole.
func quote(b []byte, s string) []byte {
	if plain(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	b, _ = jsontext.AppendQuote(b, s) // the error only tells of that
	return b
}

// plain reports whether s stands for itself between quotes: ASCII without
// control characters, quotes or backslashes. It looks at eight bytes at a time:
// the high bit of a byte of x-0x20… is set where the byte was below a space,
// and x^c has a zero byte where the byte was c (Bit Twiddling Hacks, "Determine
// if a word has a zero byte").
func plain(s string) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		x := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		quotes, slashes := x^(ones*'"'), x^(ones*'\\')
		if (x|(x-ones*' ')|(quotes-ones)|(slashes-ones))&highs != 0 {
			return false
		}
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x80 || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
