package arm

import (
	"encoding/base64"
	"fmt"
	"maps"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/demarc-sec/demarc/internal/source"
)

// functions are those of the language that take values, by lower-case name,
// and spelling is how the documentation writes their names.
var (
	functions = map[string]function{}
	spelling  = map[string]string{}
)

func init() { // some of them evaluate lambdas, which call functions
	for name, f := range map[string]function{
		// texts
		"concat":         {min: 1, max: -1, open: true, call: concat},
		"format":         {min: 1, max: -1, open: true, call: format},
		"toLower":        {min: 1, max: 1, open: true, call: letters(strings.ToLower)},
		"toUpper":        {min: 1, max: 1, open: true, call: letters(strings.ToUpper)},
		"trim":           textual(func(s string) any { return strings.TrimSpace(s) }),
		"string":         {min: 1, max: 1, open: true, call: toText},
		"join":           {min: 2, max: 2, call: join},
		"split":          {min: 2, max: 2, open: true, call: split},
		"replace":        {min: 3, max: 3, open: true, call: replace},
		"substring":      {min: 2, max: 3, call: substring},
		"startsWith":     {min: 2, max: 2, open: true, call: affix},
		"endsWith":       {min: 2, max: 2, open: true, call: affix},
		"indexOf":        {min: 2, max: 2, call: indexOf},
		"lastIndexOf":    {min: 2, max: 2, call: indexOf},
		"padLeft":        {min: 2, max: 3, call: padLeft},
		"base64":         textual(func(s string) any { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		"base64ToString": {min: 1, max: 1, call: base64Decode},
		"base64ToJson":   {min: 1, max: 1, call: base64Decode},
		"json":           {min: 1, max: 1, open: true, call: parseJSON},
		"uri":            {min: 2, max: 2, open: true, call: joinURI},
		"uriComponent":   textual(func(s string) any { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }),
		"dataUri": textual(func(s string) any {
			return "data:text/plain;charset=utf8;base64," + base64.StdEncoding.EncodeToString([]byte(s))
		}),
		"dataUriToString":      {min: 1, max: 1, call: dataURIToString},
		"guid":                 {min: 1, max: -1, open: true, call: computed("made of its arguments by Azure")},
		"uniqueString":         {min: 1, max: -1, open: true, call: computed("made of its arguments by Azure")},
		"newGuid":              {max: 0, call: newGUID},
		"utcNow":               {max: 1, open: true, call: computed("the time of deployment")},
		"dateTimeAdd":          {min: 2, max: 3, open: true, call: computed("a time computed when deployed")},
		"dateTimeFromEpoch":    {min: 1, max: 1, open: true, call: computed("a time computed when deployed")},
		"dateTimeToEpoch":      {min: 1, max: 1, open: true, call: computed("a time computed when deployed")},
		"uriComponentToString": {min: 1, max: 1, call: uriComponentToString},

		// numbers
		"int":   {min: 1, max: 1, call: toInt},
		"float": {min: 1, max: 1, call: toInt},
		"add":   arithmetic(func(a, b float64) (float64, bool) { return a + b, true }),
		"sub":   arithmetic(func(a, b float64) (float64, bool) { return a - b, true }),
		"mul":   arithmetic(func(a, b float64) (float64, bool) { return a * b, true }),
		"div":   arithmetic(func(a, b float64) (float64, bool) { return math.Trunc(a / nonZero(b)), b != 0 }),
		"mod":   arithmetic(func(a, b float64) (float64, bool) { return math.Mod(a, nonZero(b)), b != 0 }),
		"min":   {min: 1, max: -1, whole: true, call: extreme},
		"max":   {min: 1, max: -1, whole: true, call: extreme},
		"range": {min: 2, max: 2, call: rangeOf},

		// logic
		"not":             {min: 1, max: 1, call: not},
		"bool":            {min: 1, max: 1, call: toBool},
		"true":            constant(true),
		"false":           constant(false),
		"null":            constant(nil),
		"equals":          {min: 2, max: 2, open: true, call: equals},
		"less":            comparison(func(c int) bool { return c < 0 }),
		"lessOrEquals":    comparison(func(c int) bool { return c <= 0 }),
		"greater":         comparison(func(c int) bool { return c > 0 }),
		"greaterOrEquals": comparison(func(c int) bool { return c >= 0 }),
		"empty":           {min: 1, max: 1, open: true, call: empty},
		"contains":        {min: 2, max: 2, open: true, call: contains},

		// arrays and objects
		"array":           {min: 1, max: 1, call: array},
		"createArray":     {max: -1, open: true, call: func(_ *evaluator, _ env, _ string, args []any) any { return args }},
		"createObject":    {max: -1, open: true, call: createObject},
		"length":          {min: 1, max: 1, call: length},
		"first":           {min: 1, max: 1, call: end},
		"last":            {min: 1, max: 1, call: end},
		"skip":            {min: 2, max: 2, call: takeSkip},
		"take":            {min: 2, max: 2, call: takeSkip},
		"union":           {min: 1, max: -1, call: union},
		"intersection":    {min: 1, max: -1, whole: true, call: intersection},
		"flatten":         {min: 1, max: 1, call: flatten},
		"items":           {min: 1, max: 1, call: items},
		"objectKeys":      {min: 1, max: 1, call: objectKeys},
		"shallowMerge":    {min: 1, max: 1, call: shallowMerge},
		"indexFromEnd":    {min: 2, max: 2, call: indexFromEnd},
		"tryIndexFromEnd": {min: 2, max: 2, call: indexFromEnd},

		// lambdas
		"map":       {min: 2, max: 2, call: mapOver},
		"mapValues": {min: 2, max: 2, call: mapValues},
		"filter":    {min: 2, max: 2, call: filter},
		"reduce":    {min: 3, max: 3, open: true, call: reduce},
		"sort":      {min: 2, max: 2, whole: true, call: sortBy},
		"toObject":  {min: 2, max: 3, call: toObject},
		"groupBy":   {min: 2, max: 2, call: groupBy},

		// addresses
		"cidrSubnet": {min: 3, max: 3, call: cidrSubnet},
		"cidrHost":   {min: 2, max: 2, call: cidrHost},
		"parseCidr":  {min: 1, max: 1, call: parseCIDR},

		// where it is deployed, and what runs there
		"resourceId":                {min: 2, max: -1, open: true, call: resourceID},
		"subscriptionResourceId":    {min: 2, max: -1, open: true, call: resourceID},
		"tenantResourceId":          {min: 2, max: -1, open: true, call: resourceID},
		"managementGroupResourceId": {min: 2, max: -1, open: true, call: resourceID},
		"extensionResourceId":       {min: 3, max: -1, open: true, call: extensionResourceID},
		"reference":                 {min: 1, max: 3, open: true, call: reference},
		"references":                {min: 1, max: 2, open: true, call: reference},
		"resourceInfo":              {min: 1, max: 1, open: true, call: resourceInfo},
		"subscription":              {max: 0, call: subscription},
		"resourceGroup":             {max: 0, call: resourceGroup},
		"tenant":                    {max: 0, call: computed(deployedWhere)},
		"managementGroup":           {max: 0, call: computed(deployedWhere)},
		"environment":               {max: 0, call: computed("depends on the cloud")},
		"deployment":                {max: 0, call: computed("depends on the deployment")},
		"deployer":                  {max: 0, call: computed("depends on who deploys")},
		"externalInput":             {min: 1, max: 2, open: true, call: computed("comes from outside")},
		"pickZones":                 {min: 3, max: 5, open: true, call: computed("depends on the zones of the region")},
		"toLogicalZone":             {min: 3, max: 3, open: true, call: computed("depends on the subscription")},
		"toLogicalZones":            {min: 3, max: 3, open: true, call: computed("depends on the subscription")},
		"toPhysicalZone":            {min: 3, max: 3, open: true, call: computed("depends on the subscription")},
		"toPhysicalZones":           {min: 3, max: 3, open: true, call: computed("depends on the subscription")},
		"providers":                 {min: 1, max: 2, open: true, call: computed("asked of Azure when deployed")},
		"getSecret":                 {min: 1, max: 3, open: true, call: listSecrets},
		"roleDefinitions":           {min: 1, max: 1, open: true, call: computed("looked up in Azure")},
		"fail":                      {min: 1, max: 1, open: true, call: computed("ends the deployment")},
		"nonNull":                   {min: 1, max: 1, open: true, call: func(_ *evaluator, _ env, _ string, args []any) any { return args[0] }},
	} {
		functions[strings.ToLower(name)] = f
		spelling[strings.ToLower(name)] = name
	}
}

func nonZero(f float64) float64 {
	if f == 0 {
		return 1
	}
	return f
}

func constant(c any) function {
	return function{call: func(*evaluator, env, string, []any) any { return c }}
}

// computed is a value Azure makes when it deploys: unknown, and the same for
// the same arguments.
func computed(reason string) func(*evaluator, env, string, []any) any {
	return func(_ *evaluator, v env, name string, args []any) any {
		u := derived(callLabel(name, args), args...)
		u.reason, u.notNull = reason, true
		if name == "deployment" && v.s != nil && v.s.path != "" {
			u.label = shortLabel(v.s.path + u.label)
		}
		return u
	}
}

func newGUID(e *evaluator, _ env, _ string, _ []any) any {
	e.guids++
	return &unknown{reason: "made when deployed", notNull: true, label: fmt.Sprintf("newGuid()#%d", e.guids)}
}

// built counts a text that a function made, and refuses one too long.
func (e *evaluator) built(v env, s string) any {
	if len(s) > maxString {
		e.limit(v.at, "an expression builds too large a text")
		return opaque("the expression builds too large a text", "")
	}
	e.grow(len(s))
	e.step(len(s) / 64)
	return s
}

// list counts an array that a function made, and refuses one too long.
func (e *evaluator) list(v env, l []any) any {
	if len(l) > maxItems {
		e.limit(v.at, "an expression builds too large an array")
		return opaque("the expression builds too large an array", "")
	}
	e.grow(16 * len(l))
	e.step(len(l))
	return l
}

func textual(f func(string) any) function {
	return function{min: 1, max: 1, call: func(e *evaluator, v env, name string, args []any) any {
		s, ok := args[0].(string)
		if !ok {
			return e.badArgument(v, name)
		}
		out := f(s)
		if t, ok := out.(string); ok {
			return e.built(v, t)
		}
		return out
	}}
}

// letters changes the known letters of a text.
func letters(f func(string) string) func(*evaluator, env, string, []any) any {
	return func(e *evaluator, v env, name string, args []any) any {
		switch x := args[0].(type) {
		case string:
			return e.built(v, f(x))
		case *unknown:
			if x.text != "" {
				return partial(outside(x.text, f), x)
			}
			out := derived(callLabel(name, args), x)
			out.notNull = x.notNull
			return out
		}
		return e.badArgument(v, name)
	}
}

// concat joins texts or arrays.
func concat(e *evaluator, v env, name string, args []any) any {
	lists, open := 0, 0
	for _, a := range args {
		switch a.(type) {
		case []any:
			lists++
		case *unknown:
			open++
		case map[string]any:
			return e.badArgument(v, name)
		}
	}
	switch {
	case lists > 0 && open > 0:
		u := derived(callLabel(name, args), args...)
		u.notNull = true
		return u
	case lists == len(args):
		var all []any
		for _, a := range args {
			all = append(all, a.([]any)...)
			if len(all) > maxItems {
				break
			}
		}
		return e.list(v, all)
	case lists > 0:
		return e.badArgument(v, name)
	}
	return e.joined(v, "", args)
}

// joined makes one text of several values.
func (e *evaluator) joined(v env, sep string, parts []any) any {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(sep)
		}
		switch p.(type) {
		case []any, map[string]any:
			b.WriteString(e.jsonText(p))
		default:
			b.WriteString(textOf(p))
		}
		if b.Len() > maxString {
			break
		}
	}
	s, ok := e.built(v, b.String()).(string)
	if !ok {
		return opaque("the expression builds too large a text", "")
	}
	out := partial(s, parts...)
	if u, ok := out.(*unknown); ok && len(parts) > 0 {
		if first, ok := parts[0].(*unknown); ok && sep == "" && first.beside != "" {
			u.beside = first.beside
		}
	}
	return out
}

func format(e *evaluator, v env, name string, args []any) any {
	f, ok := args[0].(string)
	if !ok {
		return derived(callLabel(name, args), args...)
	}
	var parts []any
	for f != "" {
		i := strings.IndexAny(f, "{}")
		if i < 0 {
			parts = append(parts, f)
			break
		}
		parts = append(parts, f[:i])
		if i+1 < len(f) && f[i+1] == f[i] {
			parts, f = append(parts, f[i:i+1]), f[i+2:]
			continue
		}
		inner, rest, ok := strings.Cut(f[i+1:], "}")
		if !ok || f[i] == '}' {
			return e.wrong(v, "the text given to format has a brace that is not paired")
		}
		part, ok := formatted(inner, args[1:])
		if !ok {
			return e.wrong(v, "the text given to format asks for an argument that is not there")
		}
		parts, f = append(parts, part), rest
		e.step(1)
		if len(parts) > maxItems {
			return e.wrong(v, "the text given to format has too many parts")
		}
	}
	return e.joined(v, "", parts)
}

// formatted is one placeholder of a format: the number of an argument, and how
// a number is to be written.
func formatted(place string, args []any) (any, bool) {
	index, how, styled := strings.Cut(place, ":")
	index, width, aligned := strings.Cut(index, ",")
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i >= len(args) {
		return nil, false
	}
	arg := args[i]
	n, isNumber := arg.(float64)
	digits, err := strconv.Atoi(strings.TrimLeft(how, "dDxX0"))
	if err != nil {
		digits = 0
	}
	switch {
	case aligned:
		return derived("format('{"+place+"}', "+labelOf(arg)+"#"+width+")", arg), true
	case !styled || !isNumber:
		return arg, true
	case how != "" && (how[0] == 'd' || how[0] == 'D') && isInt(n) && digits <= 100:
		return fmt.Sprintf("%0*d", digits, int64(n)), true
	case strings.Trim(how, "0") == "" && len(how) <= 100 && isInt(n):
		return fmt.Sprintf("%0*d", len(how), int64(n)), true
	}
	return opaque("how format writes the number is not known", "format('{"+place+"}', "+labelOf(arg)+")"), true
}

func toText(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case *unknown:
		if x.text != "" {
			return x
		}
		out := derived(callLabel(name, args), x)
		out.notNull = true
		return out
	case []any, map[string]any:
		s := e.jsonText(x)
		if len(s) > maxString {
			return e.built(v, s)
		}
		return partial(s, x)
	}
	return e.built(v, textOf(args[0]))
}

func join(e *evaluator, v env, name string, args []any) any {
	l, ok1 := args[0].([]any)
	sep, ok2 := args[1].(string)
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	e.step(len(l))
	return e.joined(v, sep, l)
}

func split(e *evaluator, v env, name string, args []any) any {
	var seps []string
	switch d := args[1].(type) {
	case string:
		seps = []string{d}
	case []any:
		for _, s := range d {
			if t, ok := s.(string); ok {
				seps = append(seps, t)
			}
		}
	}
	s, ok := args[0].(string)
	if u, isUnknown := args[0].(*unknown); isUnknown {
		if len(seps) == 1 && seps[0] == "/" && u.text != "" { // an id, of which a part is wanted
			return e.partsOf(u)
		}
		return derived(callLabel(name, args), args...)
	}
	if !ok || len(seps) == 0 {
		if _, isUnknown := args[1].(*unknown); isUnknown {
			return derived(callLabel(name, args), args...)
		}
		return e.badArgument(v, name)
	}
	parts := []string{s}
	for _, sep := range seps {
		if sep == "" {
			continue
		}
		var next []string
		for _, p := range parts {
			next = append(next, strings.Split(p, sep)...)
		}
		parts = next
		e.step(len(parts))
	}
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return e.list(v, out)
}

// partsOf splits a text of which some segments are not known. A hole within
// the text might hold slashes only if it is an id itself; then nothing can be
// said of its parts.
func (e *evaluator) partsOf(u *unknown) any {
	parts := splitText(u.text)
	out := make([]any, len(parts))
	for i, p := range parts {
		if strings.Contains(p, source.HoleOpen+"resourceGroup().id") || strings.Contains(p, "subscription().id"+source.HoleClose) {
			return derived(callLabel("split", []any{u, "/"}), u)
		}
		out[i] = partial(p, u)
	}
	e.step(len(out))
	return out
}

func replace(e *evaluator, v env, name string, args []any) any {
	s, ok1 := args[0].(string)
	old, ok2 := args[1].(string)
	with, ok3 := args[2].(string)
	if u, ok := args[0].(*unknown); ok && u.text != "" && ok2 && ok3 && old != "" && len(u.text)*(len(with)+1) < maxString {
		return partial(outside(u.text, func(s string) string { return strings.ReplaceAll(s, old, with) }), u)
	}
	if !ok1 || !ok2 || !ok3 {
		for _, a := range args {
			if _, open := a.(*unknown); open {
				return derived(callLabel(name, args), args...)
			}
		}
		return e.badArgument(v, name)
	}
	if old == "" {
		return e.wrong(v, "replace looks for an empty text")
	}
	if len(s)+strings.Count(s, old)*len(with) > maxString {
		e.limit(v.at, "an expression builds too large a text")
		return opaque("the expression builds too large a text", "")
	}
	return e.built(v, strings.ReplaceAll(s, old, with))
}

func substring(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	from, ok2 := args[1].(float64)
	if !ok || !ok2 {
		return e.badArgument(v, name)
	}
	to := float64(len(s))
	if len(args) == 3 {
		n, ok := args[2].(float64)
		if !ok {
			return e.badArgument(v, name)
		}
		to = from + n
	}
	if from < 0 || to < from || to > float64(len(s)) {
		return e.wrong(v, "substring leads outside the text")
	}
	return e.built(v, s[int(from):int(to)])
}

// affix is startsWith and endsWith, which Azure judges without regard to case.
func affix(e *evaluator, v env, name string, args []any) any {
	s, ok1 := args[0].(string)
	want, ok2 := args[1].(string)
	start := name == "startswith"
	if u, ok := args[0].(*unknown); ok && ok2 && u.text != "" {
		known, _, _ := strings.Cut(u.text, source.HoleOpen)
		if !start {
			known = u.text[strings.LastIndex(u.text, source.HoleClose)+len(source.HoleClose):]
		}
		n := min(len(known), len(want))
		a, b := known[:n], want[:n]
		if !start {
			a, b = known[len(known)-n:], want[len(want)-n:]
		}
		if !strings.EqualFold(a, b) {
			return false
		}
		if len(known) >= len(want) {
			return true
		}
	}
	if !ok1 || !ok2 {
		for _, a := range args {
			if _, open := a.(*unknown); open {
				return truth(derived(callLabel(name, args), args...))
			}
		}
		return e.badArgument(v, name)
	}
	s, want = strings.ToLower(s), strings.ToLower(want)
	if start {
		return strings.HasPrefix(s, want)
	}
	return strings.HasSuffix(s, want)
}

func indexOf(e *evaluator, v env, name string, args []any) any {
	if l, ok := args[0].([]any); ok {
		at, open := -1.0, false
		for i, x := range l {
			same, known := e.equal(x, args[1])
			open = open || !known
			if known && same && (at < 0 || name == "lastindexof") {
				at = float64(i)
			}
		}
		if open {
			return derived(callLabel(name, args), args...)
		}
		return at
	}
	s, ok1 := args[0].(string)
	want, ok2 := args[1].(string)
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	s, want = strings.ToLower(s), strings.ToLower(want)
	if name == "lastindexof" {
		return float64(strings.LastIndex(s, want))
	}
	return float64(strings.Index(s, want))
}

func padLeft(e *evaluator, v env, name string, args []any) any {
	width, ok := args[1].(float64)
	if !ok {
		return e.badArgument(v, name)
	}
	s, pad := textOf(args[0]), " "
	if len(args) == 3 {
		if pad, ok = args[2].(string); !ok || len(pad) != 1 {
			return e.badArgument(v, name)
		}
	}
	if width > maxString {
		e.limit(v.at, "an expression builds too large a text")
		return opaque("the expression builds too large a text", "")
	}
	if n := int(width) - len(s); n > 0 {
		s = strings.Repeat(pad, n) + s
	}
	return e.built(v, s)
}

func base64Decode(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	b, err := base64.StdEncoding.DecodeString(s)
	if !ok || err != nil {
		return e.badArgument(v, name)
	}
	out := unforged.Replace(strings.ToValidUTF8(string(b), "\uFFFD"))
	if name == "base64tojson" {
		return parseJSON(e, v, name, []any{out})
	}
	return e.built(v, out)
}

func dataURIToString(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	head, data, found := strings.Cut(s, ",")
	if !ok || !found {
		return e.badArgument(v, name)
	}
	if strings.HasSuffix(head, ";base64") {
		return base64Decode(e, v, name, []any{data})
	}
	return uriComponentToString(e, v, name, []any{data})
}

func uriComponentToString(e *evaluator, v env, name string, args []any) any {
	s, ok := args[0].(string)
	out, err := url.PathUnescape(s)
	if !ok || err != nil {
		return e.badArgument(v, name)
	}
	return e.built(v, unforged.Replace(strings.ToValidUTF8(out, "\uFFFD")))
}

func parseJSON(e *evaluator, v env, name string, args []any) any {
	text, from := "", args[0]
	switch x := from.(type) {
	case string:
		text = x
	case *unknown:
		text = x.text
	}
	if text == "" {
		if _, open := from.(*unknown); open {
			return derived(callLabel(name, args), from)
		}
		return e.badArgument(v, name)
	}
	e.step(len(text) / 16)
	e.grow(4 * len(text))
	t, err := plain([]byte(text))
	if err != nil {
		return e.badArgument(v, name)
	}
	p, err := t.parse(nil)
	if err != nil {
		if u, open := from.(*unknown); open {
			return derived(callLabel(name, args), u)
		}
		return e.wrong(v, "json is given a text that is no JSON")
	}
	return e.withHoles(p, from)
}

// withHoles reads JSON in which some texts have holes. The parser has taken
// their marks away if the text was a known one.
func (e *evaluator) withHoles(n *node, from any) any {
	if _, open := from.(*unknown); !open {
		return e.literal(n)
	}
	return derived(callLabel("json", []any{from}), from)
}

// joinURI resolves a reference against a base, if that is known.
func joinURI(e *evaluator, v env, name string, args []any) any {
	rel, relKnown := args[1].(string)
	if u, ok := args[1].(*unknown); ok && u.text != "" { // an access token, most often, behind the path
		rel, _, _ = strings.Cut(u.text, source.HoleOpen)
	}
	if base, ok := args[0].(*unknown); ok {
		out := derived(callLabel(name, args), args...)
		out.notNull = true
		if base.beside != "" || strings.HasSuffix(base.label, "deployment().properties.templateLink.uri") {
			rel, _, _ = strings.Cut(rel, "?")
			out.beside = rel
		}
		return out
	}
	base, ok := args[0].(string)
	if !ok {
		return e.badArgument(v, name)
	}
	if !relKnown {
		if u, open := args[1].(*unknown); open {
			return e.joined(v, "", []any{base, u})
		}
		return e.badArgument(v, name)
	}
	b, err1 := url.Parse(base)
	r, err2 := url.Parse(rel)
	if err1 != nil || err2 != nil {
		return e.wrong(v, "uri is given what is no address")
	}
	return e.built(v, b.ResolveReference(r).String())
}

func toInt(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case float64:
		if name == "int" {
			return math.Trunc(x)
		}
		return x
	case string:
		if f, err := strconv.ParseFloat(strings.TrimSpace(x), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
	}
	return e.badArgument(v, name)
}

func arithmetic(f func(a, b float64) (float64, bool)) function {
	return function{min: 2, max: 2, call: func(e *evaluator, v env, name string, args []any) any {
		a, ok1 := args[0].(float64)
		b, ok2 := args[1].(float64)
		if !ok1 || !ok2 {
			return e.badArgument(v, name)
		}
		out, ok := f(a, b)
		if !ok || math.IsInf(out, 0) || math.IsNaN(out) {
			return e.wrong(v, name+" has no result")
		}
		return out
	}}
}

func extreme(e *evaluator, v env, name string, args []any) any {
	if l, ok := args[0].([]any); ok && len(args) == 1 {
		args = l
	}
	e.step(len(args))
	if len(args) == 0 {
		return e.badArgument(v, name)
	}
	best := math.NaN()
	for _, a := range args {
		n, ok := a.(float64)
		if !ok {
			return e.badArgument(v, name)
		}
		if math.IsNaN(best) || (n > best) == (name == "max") {
			best = n
		}
	}
	return best
}

func rangeOf(e *evaluator, v env, name string, args []any) any {
	from, ok1 := args[0].(float64)
	n, ok2 := args[1].(float64)
	if !ok1 || !ok2 || n < 0 {
		return e.badArgument(v, name)
	}
	if n > 10_000 { // what Azure allows
		return e.wrong(v, "range makes more than 10,000 numbers, which Azure refuses")
	}
	out := make([]any, int(n))
	for i := range out {
		out[i] = from + float64(i)
	}
	return e.list(v, out)
}

func not(e *evaluator, v env, name string, args []any) any {
	if b, ok := args[0].(bool); ok {
		return !b
	}
	return e.badArgument(v, name)
}

func toBool(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case bool:
		return x
	case float64:
		return x != 0
	case string:
		switch strings.ToLower(x) {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
	}
	return e.badArgument(v, name)
}

func equals(e *evaluator, _ env, name string, args []any) any {
	same, known := e.equal(args[0], args[1])
	if !known {
		return truth(derived(callLabel(name, args), args...))
	}
	return same
}

func comparison(f func(int) bool) function {
	return function{min: 2, max: 2, call: func(e *evaluator, v env, name string, args []any) any {
		switch a := args[0].(type) {
		case float64:
			if b, ok := args[1].(float64); ok {
				switch {
				case a < b:
					return f(-1)
				case a > b:
					return f(1)
				}
				return f(0)
			}
		case string:
			if b, ok := args[1].(string); ok {
				e.step(len(a)/64 + 1)
				return f(strings.Compare(a, b))
			}
		}
		return e.badArgument(v, name)
	}}
}

func empty(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case nil:
		return true
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	case map[string]any:
		return len(x) == 0
	case *unknown:
		if literalPart(x.text) {
			return false
		}
		return truth(derived(callLabel(name, args), x))
	}
	return e.badArgument(v, name)
}

func contains(e *evaluator, v env, name string, args []any) any {
	key, keyOpen := args[1].(*unknown)
	switch in := args[0].(type) {
	case []any:
		open := false
		for _, x := range in {
			same, known := e.equal(x, args[1])
			if known && same {
				return true
			}
			open = open || !known
		}
		if !open {
			return false
		}
	case map[string]any:
		if !keyOpen {
			_, ok := e.fold(in, textOf(args[1]))
			return ok
		}
		if len(in) == 0 {
			return false
		}
	case string:
		if !keyOpen {
			e.step(len(in) / 64)
			return strings.Contains(in, textOf(args[1]))
		}
	case *unknown:
		if s, ok := args[1].(string); ok && s != "" && in.text != "" {
			found := false
			outside(in.text, func(part string) string {
				found = found || strings.Contains(part, s)
				return part
			})
			if found {
				return true
			}
		}
	default:
		return e.badArgument(v, name)
	}
	_ = key
	return truth(derived(callLabel(name, args), args...))
}

func array(_ *evaluator, _ env, _ string, args []any) any {
	if l, ok := args[0].([]any); ok {
		return l
	}
	return args
}

func createObject(e *evaluator, v env, name string, args []any) any {
	if len(args)%2 != 0 {
		return e.wrong(v, "createObject is given a name without a value")
	}
	m := make(map[string]any, len(args)/2)
	e.grow(24 * len(args))
	for i := 0; i < len(args); i += 2 {
		switch k := args[i].(type) {
		case string:
			m[k] = args[i+1]
		case *unknown:
			m[shown(textOf(k))] = args[i+1]
		default:
			return e.badArgument(v, name)
		}
	}
	return m
}

func length(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case string:
		return float64(len([]rune(x)))
	case []any:
		return float64(len(x))
	case map[string]any:
		return float64(len(x))
	}
	return e.badArgument(v, name)
}

// end is first and last.
func end(e *evaluator, v env, name string, args []any) any {
	switch x := args[0].(type) {
	case string:
		r := []rune(x)
		e.step(len(r))
		if len(r) == 0 {
			return ""
		}
		if name == "first" {
			return string(r[:1])
		}
		return string(r[len(r)-1:])
	case []any:
		if len(x) == 0 {
			return nil
		}
		if name == "first" {
			return x[0]
		}
		return x[len(x)-1]
	}
	return e.badArgument(v, name)
}

func indexFromEnd(e *evaluator, v env, name string, args []any) any {
	l, ok1 := args[0].([]any)
	n, ok2 := args[1].(float64)
	if ok1 && ok2 {
		if i := len(l) - int(n); i >= 0 && i < len(l) {
			return l[i]
		}
		if strings.HasPrefix(name, "try") {
			return nil
		}
	}
	return e.badArgument(v, name)
}

func takeSkip(e *evaluator, v env, name string, args []any) any {
	f, ok := args[1].(float64)
	if !ok {
		return e.badArgument(v, name)
	}
	switch x := args[0].(type) {
	case string:
		r := []rune(x)
		n := int(max(0, min(f, float64(len(r)))))
		if name == "take" {
			return e.built(v, string(r[:n]))
		}
		return e.built(v, string(r[n:]))
	case []any:
		n := int(max(0, min(f, float64(len(x)))))
		if name == "take" {
			return x[:n:n]
		}
		return x[n:]
	}
	return e.badArgument(v, name)
}

// union joins arrays without repetition, or objects, later ones winning.
func union(e *evaluator, v env, name string, args []any) any {
	if _, ok := args[0].([]any); ok {
		var out []any
		for _, a := range args {
			l, ok := a.([]any)
			if !ok {
				return e.badArgument(v, name)
			}
			for _, x := range l {
				if !e.has(out, x) {
					out = append(out, x)
				}
			}
		}
		return e.list(v, out)
	}
	merged := map[string]any{}
	for _, a := range args {
		m, ok := a.(map[string]any)
		if !ok {
			return e.badArgument(v, name)
		}
		merged = e.merge(merged, m, true)
	}
	return merged
}

func (e *evaluator) has(l []any, x any) bool {
	return slices.ContainsFunc(l, func(y any) bool {
		same, known := e.equal(x, y)
		return same && known
	})
}

// merge lays b over a; deep also merges objects within.
func (e *evaluator) merge(a, b map[string]any, deep bool) map[string]any {
	e.step(len(a) + len(b))
	e.grow(48 * (len(a) + len(b)))
	out := maps.Clone(a)
	if out == nil {
		out = map[string]any{}
	}
	for k, y := range b {
		x, isObject := out[k].(map[string]any)
		if z, ok := y.(map[string]any); ok && isObject && deep {
			out[k] = e.merge(x, z, true)
			continue
		}
		out[k] = y
	}
	return out
}

func shallowMerge(e *evaluator, v env, name string, args []any) any {
	l, ok := args[0].([]any)
	if !ok {
		return e.badArgument(v, name)
	}
	out := map[string]any{}
	for _, x := range l {
		switch m := x.(type) {
		case map[string]any:
			out = e.merge(out, m, false)
		case *unknown:
			return derived(callLabel(name, args), args...)
		case nil:
		default:
			return e.badArgument(v, name)
		}
	}
	return out
}

func intersection(e *evaluator, v env, name string, args []any) any {
	if first, ok := args[0].([]any); ok {
		var out []any
		for _, x := range first {
			all := true
			for _, a := range args[1:] {
				l, ok := a.([]any)
				if !ok {
					return e.badArgument(v, name)
				}
				all = all && e.has(l, x)
			}
			if all && !e.has(out, x) {
				out = append(out, x)
			}
		}
		return e.list(v, out)
	}
	out, ok := args[0].(map[string]any)
	if !ok {
		return e.badArgument(v, name)
	}
	for _, a := range args[1:] {
		m, ok := a.(map[string]any)
		if !ok {
			return e.badArgument(v, name)
		}
		next := map[string]any{}
		for k, x := range out {
			if y, ok := m[k]; ok {
				if same, known := e.equal(x, y); same && known {
					next[k] = x
				}
			}
		}
		out = next
	}
	return out
}

func flatten(e *evaluator, v env, name string, args []any) any {
	l, ok := args[0].([]any)
	if !ok {
		return e.badArgument(v, name)
	}
	var out []any
	for _, x := range l {
		switch inner := x.(type) {
		case []any:
			out = append(out, inner...)
		case *unknown:
			return derived(callLabel(name, args), args...)
		default:
			return e.badArgument(v, name)
		}
		if len(out) > maxItems {
			break
		}
	}
	return e.list(v, out)
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

func items(e *evaluator, v env, name string, args []any) any {
	m, ok := args[0].(map[string]any)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make([]any, 0, len(m))
	for _, k := range sortedKeys(m) {
		out = append(out, map[string]any{"key": k, "value": m[k]})
	}
	e.grow(100 * len(out))
	return e.list(v, out)
}

func objectKeys(e *evaluator, v env, name string, args []any) any {
	m, ok := args[0].(map[string]any)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make([]any, 0, len(m))
	for _, k := range sortedKeys(m) {
		out = append(out, k)
	}
	return e.list(v, out)
}

// over takes the array and lambda that map and its like are given.
func over(args []any) ([]any, *lambda, bool) {
	l, ok1 := args[0].([]any)
	f, ok2 := args[1].(*lambda)
	return l, f, ok1 && ok2
}

// turn calls a lambda with an element and, if it wants it, its index.
func (e *evaluator) turn(f *lambda, x any, i int) any { return e.apply(f, x, float64(i)) }

func mapOver(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make([]any, len(l))
	for i, x := range l {
		out[i] = e.turn(f, x, i)
	}
	return e.list(v, out)
}

func mapValues(e *evaluator, v env, name string, args []any) any {
	m, ok1 := args[0].(map[string]any)
	f, ok2 := args[1].(*lambda)
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	out := make(map[string]any, len(m))
	e.grow(48 * len(m))
	for _, k := range sortedKeys(m) {
		out[k] = e.apply(f, m[k])
	}
	return out
}

func filter(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	var out []any
	for i, x := range l {
		switch keep := e.turn(f, x, i).(type) {
		case bool:
			if keep {
				out = append(out, x)
			}
		case *unknown:
			return derived(callLabel(name, []any{args[0], keep}), keep)
		default:
			return e.badArgument(v, name)
		}
	}
	return e.list(v, out)
}

func reduce(e *evaluator, v env, name string, args []any) any {
	l, ok1 := args[0].([]any)
	f, ok2 := args[2].(*lambda)
	if u, open := args[0].(*unknown); open {
		return derived(callLabel(name, args), u)
	}
	if !ok1 || !ok2 {
		return e.badArgument(v, name)
	}
	sum := args[1]
	for i, x := range l {
		sum = e.apply(f, sum, x, float64(i))
	}
	return sum
}

func sortBy(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	out, odd := slices.Clone(l), false
	slices.SortStableFunc(out, func(a, b any) int {
		less, ok := e.apply(f, a, b).(bool)
		odd = odd || !ok
		if less {
			return -1
		}
		if more, ok := e.apply(f, b, a).(bool); ok && more {
			return 1
		}
		return 0
	})
	if odd {
		return derived(callLabel(name, args), args...)
	}
	return e.list(v, out)
}

func toObject(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	out := make(map[string]any, len(l))
	e.grow(48 * len(l))
	for _, x := range l {
		k, ok := e.apply(f, x).(string)
		if !ok {
			return derived(callLabel(name, args), args...)
		}
		out[k] = x
		if len(args) == 3 {
			g, ok := args[2].(*lambda)
			if !ok {
				return e.badArgument(v, name)
			}
			out[k] = e.apply(g, x)
		}
	}
	return out
}

func groupBy(e *evaluator, v env, name string, args []any) any {
	l, f, ok := over(args)
	if !ok {
		return e.badArgument(v, name)
	}
	groups := map[string][]any{}
	for i, x := range l {
		k, ok := e.turn(f, x, i).(string)
		if !ok {
			return derived(callLabel(name, args), args...)
		}
		groups[k] = append(groups[k], x)
	}
	out := make(map[string]any, len(groups))
	for k, g := range groups {
		out[k] = g
	}
	e.grow(64 * len(l))
	return out
}

func prefixOf(v any) (netip.Prefix, bool) {
	s, ok := v.(string)
	p, err := netip.ParsePrefix(s)
	return p, ok && err == nil
}

// plus adds n times 2^shift to an address.
func plus(a netip.Addr, n float64, shift int) (netip.Addr, bool) {
	sum := new(big.Int).SetBytes(a.AsSlice())
	sum.Add(sum, new(big.Int).Lsh(big.NewInt(int64(n)), uint(shift)))
	if sum.BitLen() > a.BitLen() {
		return a, false
	}
	return netip.AddrFromSlice(sum.FillBytes(make([]byte, a.BitLen()/8)))
}

func cidrSubnet(e *evaluator, v env, name string, args []any) any {
	p, ok := prefixOf(args[0])
	size, ok1 := args[1].(float64)
	n, ok2 := args[2].(float64)
	if !ok || !ok1 || !ok2 || n < 0 || int(size) < p.Bits() || int(size) > p.Addr().BitLen() || n >= 1<<53 {
		return e.badArgument(v, name)
	}
	at, ok := plus(p.Masked().Addr(), n, p.Addr().BitLen()-int(size))
	if !ok || !p.Contains(at) {
		return e.wrong(v, "cidrSubnet leads outside the network")
	}
	return netip.PrefixFrom(at, int(size)).String()
}

func cidrHost(e *evaluator, v env, name string, args []any) any {
	p, ok := prefixOf(args[0])
	n, ok1 := args[1].(float64)
	if !ok || !ok1 || n < 0 || n >= 1<<53 {
		return e.badArgument(v, name)
	}
	if p.Addr().Is4() && p.Bits() < 31 {
		n++ // the network's own address is not counted
	}
	at, ok := plus(p.Masked().Addr(), n, 0)
	if !ok || !p.Contains(at) {
		return e.wrong(v, "cidrHost leads outside the network")
	}
	return at.String()
}

func parseCIDR(e *evaluator, v env, name string, args []any) any {
	p, ok := prefixOf(args[0])
	if !ok {
		return e.badArgument(v, name)
	}
	u := opaque("not computed", callLabel(name, args))
	return map[string]any{
		"network": p.Masked().Addr().String(), "cidr": float64(p.Bits()),
		"netmask": u, "broadcast": u, "firstUsable": u, "lastUsable": u,
	}
}
