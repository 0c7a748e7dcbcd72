package arm

import (
	"encoding/base64"
	"fmt"
	"math"
	"net/url"
	"strings"
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
