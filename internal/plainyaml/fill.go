package plainyaml

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// unmarshaler is a type that decodes itself, as the library lets it.
type unmarshaler interface {
	UnmarshalYAML(decode func(any) error) error
}

var unmarshalerType = reflect.TypeFor[unmarshaler]()

// fill puts the node into v.
func fill(v reflect.Value, n node) error {
	t := v.Type()
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(unmarshalerType) {
		return v.Addr().Interface().(unmarshaler).UnmarshalYAML(func(into any) error {
			return fill(reflect.ValueOf(into).Elem(), n)
		})
	}
	if n.kind == null || n.kind == plain && (n.text == "null" || n.text == "~") {
		return nil // stays what it is, the zero value
	}
	switch t.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		return fill(v.Elem(), n)
	case reflect.Interface:
		x, err := n.any()
		if err == nil && x != nil {
			v.Set(reflect.ValueOf(x))
		}
		return err
	case reflect.Struct:
		return fillStruct(v, n)
	case reflect.Map:
		return fillMap(v, n)
	case reflect.Slice:
		return fillSlice(v, n)
	}
	return fillScalar(v, n)
}

func fillStruct(v reflect.Value, n node) error {
	if n.kind != object {
		return errDecline
	}
	fields := fieldsOf(v.Type())
	for i, key := range n.keys {
		at, ok := fields[key]
		if !ok || repeats(n.keys, i) {
			return errDecline
		}
		if err := fill(v.FieldByIndex(at), n.items[i]); err != nil {
			return err
		}
	}
	return nil
}

// repeats tells whether the key stands before.
func repeats(keys []string, i int) bool {
	return slices.Contains(keys[:i], keys[i])
}

func fillMap(v reflect.Value, n node) error {
	t := v.Type()
	if n.kind != object || t.Key().Kind() != reflect.String {
		return errDecline
	}
	v.Set(reflect.MakeMapWithSize(t, len(n.keys)))
	for i, key := range n.keys {
		item := reflect.New(t.Elem()).Elem()
		if err := fill(item, n.items[i]); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), item)
	}
	if v.Len() < len(n.keys) {
		return errDecline // a key stands twice
	}
	return nil
}

func fillSlice(v reflect.Value, n node) error {
	if ordered, ok := reflect.TypeAssert[*yaml.MapSlice](v.Addr()); ok {
		return fillOrdered(ordered, n)
	}
	if n.kind != list {
		return errDecline
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		if err := fill(v.Index(i), item); err != nil {
			return err
		}
	}
	return nil
}

// fillOrdered keeps the order in which the keys are written.
func fillOrdered(v *yaml.MapSlice, n node) error {
	if n.kind != object {
		return errDecline
	}
	for i, key := range n.keys {
		value, err := n.items[i].any()
		if err != nil || repeats(n.keys, i) {
			return errDecline
		}
		*v = append(*v, yaml.MapItem{Key: key, Value: value})
	}
	return nil
}

func fillScalar(v reflect.Value, n node) error {
	if v.Kind() == reflect.String {
		if n.kind != plain && n.kind != quoted {
			return errDecline
		}
		v.SetString(n.text)
		return nil
	}
	x, err := n.any()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case reflect.Bool:
		if b, ok := x.(bool); ok {
			v.SetBool(b)
			return nil
		}
	case reflect.Float64:
		switch x := x.(type) {
		case float64:
			v.SetFloat(x)
			return nil
		case uint64:
			v.SetFloat(float64(x))
			return nil
		case int64:
			v.SetFloat(float64(x))
			return nil
		}
	}
	return errDecline
}

// any is the value without a type to fit.
func (n node) any() (any, error) {
	switch n.kind {
	case null:
		return nil, nil
	case quoted:
		return n.text, nil
	case list:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			var err error
			if out[i], err = item.any(); err != nil {
				return nil, err
			}
		}
		return out, nil
	case object:
		out := make(map[string]any, len(n.keys))
		for i, key := range n.keys {
			var err error
			if out[key], err = n.items[i].any(); err != nil {
				return nil, err
			}
		}
		if len(out) < len(n.keys) {
			return nil, errDecline // a key stands twice
		}
		return out, nil
	}
	return scalar(n.text)
}

// scalar tells what a text without quotes means.
func scalar(text string) (any, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null", "~", "":
		return nil, nil
	}
	if c := text[0]; c < '0' && c != '-' || c > '9' {
		if strings.EqualFold(text, "true") || strings.EqualFold(text, "false") || strings.EqualFold(text, "null") || c == '.' || c == '+' {
			return nil, errDecline
		}
		return text, nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil && (text[0] != '0' || text == "0") {
		return n, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text[0] == '-' {
		return n, nil
	}
	if strings.Trim(text, "0123456789") == "." && text[0] != '0' || strings.HasPrefix(text, "0.") {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f, nil
		}
	}
	if strings.Trim(text, "-+._0123456789abcdefABCDEFxoXO") == "" {
		return nil, errDecline // a number that is written otherwise, or nearly one
	}
	return text, nil
}

// fieldIndex is the fields of struct types by their keys.
var fieldIndex sync.Map // reflect.Type -> map[string][]int

func fieldsOf(t reflect.Type) map[string][]int {
	if found, ok := fieldIndex.Load(t); ok {
		return found.(map[string][]int)
	}
	out := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case option == "inline":
			for key, at := range fieldsOf(f.Type) {
				out[key] = append([]int{i}, at...)
			}
		case name == "": // the library would call it something
		default:
			out[name] = []int{i}
		}
	}
	fieldIndex.Store(t, out)
	return out
}
