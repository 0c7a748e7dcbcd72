package terraform

import (
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/demarc-sec/demarc/internal/source"
)

// keyKind is how a block's instances are told apart.
type keyKind uint8

const (
	single      keyKind = iota
	byIndex             // count
	byKey               // for_each
	unknownKeys         // count or for_each is unknown: one instance stands for all
)

// repetition is one instance's each and count.
type repetition struct {
	kind   keyKind // byIndex or byKey also when unknown, as the block is written
	key    cty.Value
	value  cty.Value
	sketch func() cty.Value // of value
	suffix string           // `[0]`, `["a"]`, `[*]` or ""
}

// repeat expands count and for_each of b.
func (ev *evaluator) repeat(m *module, b *block, address string) (keyKind, []*repetition) {
	outer := ev.at
	defer func() { ev.at = outer }()
	count, forEach := b.body.attrs["count"], b.body.attrs["for_each"]
	switch {
	case count != nil:
		ev.at = count.at()
		return ev.repeatCount(ev.value(m.scope(), count.expr), address)
	case forEach != nil:
		ev.at = forEach.at()
		kind, reps := ev.repeatEach(ev.value(m.scope(), forEach.expr), address)
		elements := ev.elements(m.scope(), forEach.expr)
		for _, r := range reps {
			if kind == byKey {
				r.sketch = func() cty.Value { return elements(r.key) }
			}
		}
		return kind, reps
	}
	if m.call == nil {
		return single, []*repetition{{}} // as many as are written
	}
	return single, ev.bounded([]*repetition{{}}, address)
}

func (ev *evaluator) repeatCount(v cty.Value, address string) (keyKind, []*repetition) {
	v, marks := v.UnmarkDeep()
	n, err := convert.Convert(v, cty.Number)
	if err == nil && n.IsNull() {
		err = errNull
	}
	if err != nil {
		ev.badRepetition("count is not a number")
	}
	if err != nil || !n.IsKnown() {
		why := "how many instances there are: " + reasonOf(marks)
		return unknownKeys, ev.bounded([]*repetition{{
			kind: byIndex, key: cty.UnknownVal(cty.Number).RefineNotNull().Mark(whyMark{why}), suffix: "[*]",
		}}, address)
	}
	count, acc := n.AsBigFloat().Int64()
	if acc != big.Exact || count < 0 {
		ev.badRepetition("count is not a whole, positive number")
		count = max(count, 0)
	}
	limit := int64(ev.opt.maxInstances())
	if count > limit {
		ev.limit(ev.at, fmt.Sprintf("%s has more than %d instances; the rest is not assessed", address, limit))
		count = limit
	}
	reps := make([]*repetition, count)
	for i := range reps {
		reps[i] = &repetition{kind: byIndex, key: cty.NumberIntVal(int64(i)), suffix: fmt.Sprintf("[%d]", i)}
	}
	return byIndex, ev.bounded(reps, address)
}

func (ev *evaluator) repeatEach(v cty.Value, address string) (keyKind, []*repetition) {
	v, marks := v.Unmark()
	ty := v.Type()
	switch {
	case v.IsKnown() && v.IsNull():
		ev.badRepetition("for_each is null")
	case v.IsKnown() && !ty.IsMapType() && !ty.IsObjectType() && !ty.IsSetType():
		ev.badRepetition("for_each is neither a map nor a set of strings")
	case v.IsKnown() && ty.IsSetType() && !v.IsWhollyKnown():
	case v.IsKnown():
		return ev.repeatKnown(v, marks, address)
	}
	why := whyMark{"which instances there are: " + reasonOf(marks)}
	return unknownKeys, ev.bounded([]*repetition{{
		kind: byKey, suffix: "[*]",
		key:   cty.UnknownVal(cty.String).RefineNotNull().Mark(why),
		value: cty.DynamicVal.Mark(why).WithMarks(marks),
	}}, address)
}

func (ev *evaluator) repeatKnown(v cty.Value, marks cty.ValueMarks, address string) (keyKind, []*repetition) {
	if len(refsOf(marks)) != 1 {
		marks = nil // which element came from which resource is lost
	}
	limit := ev.opt.maxInstances()
	var reps []*repetition
	for it := v.ElementIterator(); it.Next(); {
		if len(reps) == limit {
			ev.limit(ev.at, fmt.Sprintf("%s has more than %d instances; the rest is not assessed", address, limit))
			break
		}
		key, value := it.Element()
		if v.Type().IsSetType() {
			if value.Type() != cty.String || value.IsNull() {
				ev.badRepetition("for_each is neither a map nor a set of strings")
				continue
			}
			key = value
		}
		key, _ = key.Unmark()
		reps = append(reps, &repetition{kind: byKey, key: key, value: value.WithMarks(marks), suffix: keySuffix(key.AsString())})
	}
	return byKey, ev.bounded(reps, address)
}

func keySuffix(key string) string { return "[" + quoteKey(key) + "]" }

// bounded cuts reps to what the root may still have.
func (ev *evaluator) bounded(reps []*repetition, address string) []*repetition {
	left := ev.opt.maxInstances()*totalFactor - ev.instances
	if len(reps) > left {
		ev.limit(ev.at, fmt.Sprintf("this root module has more than %d instances; the rest is not assessed, from %s on",
			ev.opt.maxInstances()*totalFactor, address))
		reps = reps[:max(left, 0)]
	}
	ev.instances += len(reps)
	return reps
}

func (ev *evaluator) badRepetition(what string) {
	ev.gap(source.Gap{
		Kind: "expression", What: what + ": how many instances there are is not known",
		Mend: "correct the argument", At: ev.at,
	})
}

func indexSuffix(n int64) string { return fmt.Sprintf("[%d]", n) }

// quoteKey quotes an instance key as addresses do.
func quoteKey(s string) string {
	var sb strings.Builder
	sb.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			sb.WriteByte('\\')
			sb.WriteRune(r)
		case r == '\n':
			sb.WriteString(`\n`)
		case r == '\r':
			sb.WriteString(`\r`)
		case r == '\t':
			sb.WriteString(`\t`)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			sb.WriteRune(r)
			sb.WriteRune(r)
		default:
			sb.WriteRune(r)
		}
	}
	sb.WriteByte('"')
	return sb.String()
}

var errNull = errors.New("null")
