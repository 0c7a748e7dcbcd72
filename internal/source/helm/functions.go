package helm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"

	"github.com/demarc-sec/demarc/internal/source"
)

// Charts come from anybody, and templates can ask for more work and memory
// than any machine has. Steps are iterations of loops and calls of functions,
// bytes what functions are given and make.
const (
	maxSteps  = 3_000_000
	maxBytes  = 512 << 20
	maxOutput = 64 << 20
	maxNested = 1_000     // definitions and tpl within one another
	maxSize   = 2_000_000 // values in one value, each mention counted
	maxLevels = 200
	maxRepeat = 1 << 20 // elements of a list, or bytes of a text, that one call makes of a number
)

var errLimit = errors.New("demarc: the chart takes more than Demarc gives one to render")

// budget is what rendering one chart may take.
type budget struct {
	ctx                        context.Context
	deadline                   time.Time
	steps, bytes, output, deep int
	sizes                      map[uintptr]int // of maps measured since one was last changed
	kept                       []any           // so that no other takes their place
	note                       func(what, mend string)
}

func newBudget(ctx context.Context, note func(what, mend string)) *budget {
	return &budget{ctx: ctx, deadline: time.Now().Add(maxTime), steps: maxSteps, bytes: maxBytes, output: maxOutput, sizes: map[uintptr]int{}, note: note}
}

// maxTime bounds the rendering of one chart.
const maxTime = 20 * time.Second

// spend panics when there is nothing left, which the template engine turns
// into an error of the call.
func (b *budget) spend(steps, bytes int) {
	b.steps -= steps
	b.bytes -= bytes
	if b.steps < 0 || b.bytes < 0 || steps < 0 || bytes < 0 {
		panic(errLimit)
	}
	if b.steps&255 == 0 || steps > 256 {
		if b.ctx.Err() != nil || time.Now().After(b.deadline) {
			b.steps = -1
			panic(errLimit)
		}
	}
}

// size measures a value with all in it, however often it is mentioned. It
// panics for one that is too large, too deep, or within itself.
func (b *budget) size(v any, level int) int {
	if level > maxLevels {
		panic(errLimit)
	}
	n := 1
	each := func(v any) {
		if n += b.size(v, level+1); n > maxSize {
			panic(errLimit)
		}
	}
	switch x := v.(type) {
	case nil, bool, int, int64, float64:
		return 1
	case string:
		return 1 + len(x)/64
	case []any:
		for _, e := range x {
			each(e)
		}
		b.spend(len(x)/8, 0)
		return n
	case []string:
		for _, e := range x {
			n += 1 + len(e)/64
		}
		return n
	}
	rv := reflect.ValueOf(v)
	switch rv.Kind() {
	case reflect.Map:
		p := rv.Pointer()
		if known, ok := b.sizes[p]; ok {
			return known
		}
		b.spend(rv.Len()/8, 0)
		for it := rv.MapRange(); it.Next(); {
			each(it.Value().Interface())
		}
		b.sizes[p], b.kept = n, append(b.kept, v)
	case reflect.Slice:
		if rv.Type().Elem().Kind() == reflect.Uint8 {
			return 1 + rv.Len()/64
		}
		for i := range rv.Len() {
			each(rv.Index(i).Interface())
		}
	}
	return n
}

// changed forgets sizes: a map that others hold has grown.
func (b *budget) changed() { clear(b.sizes); b.kept = nil }

// measured are functions that walk through all of a value they are given, or
// put it into one they make.
var measured = set(`toYaml mustToYaml toYamlPretty toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson toToml mustToToml
	quote squote cat print println printf html js urlquery toString toStrings join deepCopy mustDeepCopy deepEqual
	merge mergeOverwrite mustMerge mustMergeOverwrite dict list tuple append push mustAppend mustPush prepend mustPrepend concat
	has mustHas without mustWithout uniq mustUniq compact mustCompact sortAlpha set pick omit values eq ne default ternary coalesce demarc_out b64enc b32enc`)

// compared are functions that hold every element against every other.
var compared = set("uniq mustUniq without mustWithout")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// functions are the template functions under this budget. Functions of the
// library that are not here do no more work than they are given text.
func (b *budget) functions() template.FuncMap {
	out := template.FuncMap{}
	for name, fn := range sprig.TxtFuncMap() {
		switch name {
		case "env", "expandenv", "getHostByName", "fail":
			continue
		}
		out[name] = b.bounded(name, fn)
	}
	maps.Copy(out, template.FuncMap{
		"print":    b.bounded("print", fmt.Sprint),
		"println":  b.bounded("println", fmt.Sprintln),
		"printf":   b.bounded("printf", fmt.Sprintf),
		"html":     b.bounded("html", template.HTMLEscaper),
		"js":       b.bounded("js", template.JSEscaper),
		"urlquery": b.bounded("urlquery", template.URLQueryEscaper),
	})
	b.generated(out)
	b.control(out)
	return out
}

// control are the functions of rewritten templates, and those by which a chart
// refuses its values.
func (b *budget) control(f template.FuncMap) {
	f[fnStep] = func() string { b.spend(1, 0); return "" }
	f[fnEnter] = func() string {
		b.spend(1, 0)
		if b.deep++; b.deep > maxNested {
			panic(errLimit)
		}
		return ""
	}
	f[fnLeave] = func() string { b.deep--; return "" }
	f[fnOut] = func(v any) any {
		n := 8
		if s, ok := v.(string); ok {
			n = len(s)
		} else if v != nil {
			n = 64 * b.size(v, 0)
		}
		b.spend(1, n)
		if b.output -= n; b.output < 0 {
			panic(errLimit)
		}
		return v
	}
	f[fnTpl] = func(text any) (string, error) {
		s := ""
		switch x := text.(type) {
		case string:
			s = x
		case nil:
		default:
			b.size(x, 0)
			return "", fmt.Errorf("tpl is given %T, not text", text)
		}
		if !strings.Contains(s, "{{") {
			b.spend(200, len(s))
			return s, nil
		}
		b.spend(1000, 8*len(s))
		return instrument("tpl", s, -1)
	}
	f["fail"] = func(msg string) string {
		b.note("the chart refuses these values: "+oneLine(msg), "give the values that the installation gets")
		return ""
	}
	f["required"] = func(msg string, v any) any {
		if s, ok := v.(string); v != nil && (!ok || s != "") {
			return v
		}
		b.note("a value that the chart requires is missing: "+oneLine(msg), "give the values that the installation gets")
		return source.HoleOpen + "required value" + source.HoleClose
	}
}

func oneLine(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "�")
	s = strings.NewReplacer(source.HoleOpen, "", source.HoleClose, "", string(markOpen), "", string(markClose), "").Replace(s)
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return s
}

// bounded charges for what a function is given and makes.
func (b *budget) bounded(name string, fn any) any {
	v := reflect.ValueOf(fn)
	t := v.Type()
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		b.before(name, args)
		var out []reflect.Value
		if t.IsVariadic() {
			out = v.CallSlice(args)
		} else {
			out = v.Call(args)
		}
		b.after(name, args, out)
		return out
	}).Interface()
}

func (b *budget) before(name string, args []reflect.Value) {
	bytes, total := 0, 1
	for _, a := range args {
		if a.Kind() == reflect.Interface {
			a = a.Elem()
		}
		switch a.Kind() {
		case reflect.String:
			bytes += a.Len()
		case reflect.Slice, reflect.Map:
			bytes += a.Len()
		}
		if measured[name] && a.IsValid() {
			if total += b.size(a.Interface(), 0); total > maxSize {
				panic(errLimit)
			}
		}
	}
	steps := 1 + total/64
	if compared[name] && total < maxSize {
		steps += total * total / 64
	}
	b.spend(steps, bytes)
	b.predict(name, args)
}

// predict refuses calls that make much of little.
func (b *budget) predict(name string, args []reflect.Value) {
	length := func(i int) int {
		a := args[i]
		if a.Kind() == reflect.Interface {
			a = a.Elem()
		}
		switch a.Kind() {
		case reflect.String, reflect.Slice, reflect.Map:
			return a.Len()
		}
		return 0
	}
	number := func(i int) int {
		if a := args[i]; a.CanInt() {
			return int(max(min(a.Int(), 1<<40), -1<<40))
		}
		return 0
	}
	many := func(n int) {
		if n > maxRepeat || n < -maxRepeat {
			panic(errLimit)
		}
		b.spend(0, max(n, -n))
	}
	switch name {
	case "repeat":
		if number(0) < 0 {
			panic(errors.New("repeat is given a negative number"))
		}
		many(min(number(0), 1<<30) * max(1, min(length(1), 1<<20)))
	case "until":
		many(number(0))
	case "untilStep":
		if s := number(2); s != 0 {
			many((number(1) - number(0)) / s)
		}
	case "seq":
		a := args[0]
		var first, last, step int64 = 1, 0, 1
		switch a.Len() {
		case 1:
			last = a.Index(0).Int()
		case 2:
			first, last = a.Index(0).Int(), a.Index(1).Int()
		case 3:
			first, step, last = a.Index(0).Int(), a.Index(1).Int(), a.Index(2).Int()
		}
		if step == 0 {
			panic(errors.New("seq is given a step of zero"))
		}
		many(int(min(max(last-first, first-last)/max(step, -step), 1<<40)) * 8)
	case "indent", "nindent":
		if number(0) < 0 {
			panic(errors.New("indent is given a negative number"))
		}
		many(min(number(0), 1<<30) * (1 + strings.Count(args[1].String(), "\n")))
	case "replace":
		if n := strings.Count(args[2].String(), args[0].String()); n > 0 {
			b.spend(0, n*length(1))
		}
	case "regexReplaceAll", "mustRegexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAllLiteral":
		b.spend(0, (1+length(1))*(1+length(2))*2)
	case "join":
		b.spend(0, length(0)*max(length(1), 1))
	case "wrapWith":
		b.spend(0, length(1)*length(2))
	case "printf":
		if wide.MatchString(args[0].String()) {
			panic(errLimit)
		}
		b.spend(0, 10_000*strings.Count(args[0].String(), "%")/10)
	}
}

// wide matches formats that print more than is reasonable.
var wide = regexp.MustCompile(`%[^a-zA-Z%]*([0-9]{4,}|\*)`)

// after charges for what a function made. One that changed a map may have put
// it into itself, which measuring it shows.
func (b *budget) after(name string, args, out []reflect.Value) {
	n := 0
	for _, o := range out {
		if o.Kind() == reflect.Interface {
			o = o.Elem()
		}
		switch o.Kind() {
		case reflect.String:
			n += o.Len()
		case reflect.Slice, reflect.Map:
			n += 16 * o.Len()
		}
	}
	b.spend(0, n)
	switch name {
	case "set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite":
		b.changed()
		b.size(args[0].Interface(), 0)
	}
}

// certificate has the fields of the library's own.
type certificate struct{ Cert, Key string }

// generated replaces what gives another value each time: no secret that is
// made at installation stands in the chart, and the same chart must give the
// same assessment. It also spares making keys.
func (b *budget) generated(f template.FuncMap) {
	const text = "xxxxxxxxxxxxxxxx"
	filler := func(with string) func(int) (string, error) {
		return func(n int) (string, error) {
			if n < 0 || n > 4096 {
				return "", errors.New("a random text of this length is not made")
			}
			b.spend(1, n)
			return strings.Repeat(with, n), nil
		}
	}
	for _, name := range []string{"randAlphaNum", "randAlpha", "randAscii", "randBytes"} {
		f[name] = filler("x")
	}
	f["randNumeric"] = filler("0")
	f["randInt"] = func(low, _ int) int { return low }
	f["shuffle"] = func(s string) string { return s }
	f["uuidv4"] = func() string { return "00000000-0000-4000-8000-000000000000" }
	f["now"] = func() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }
	for _, name := range []string{"bcrypt", "htpasswd", "genPrivateKey", "derivePassword", "encryptAES"} {
		f[name] = func(...any) string { return text }
	}
	for _, name := range []string{"buildCustomCert", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey"} {
		f[name] = func(...any) certificate { return certificate{text, text} }
	}
}
