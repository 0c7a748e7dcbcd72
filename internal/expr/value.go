package expr

import (
	"reflect"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// adapter turns Go values of facts and resource bodies into CEL values. Lists
// and maps are wrapped, not copied: their elements convert when they are read.
type adapter struct{}

func (adapter) NativeToValue(v any) ref.Val {
	switch x := v.(type) {
	case nil:
		return types.NullValue
	case ref.Val:
		return x
	case bool:
		return types.Bool(x)
	case string:
		return types.String(x)
	case float64:
		if i := int64(x); float64(i) == x {
			return types.Int(i)
		}
		return types.Double(x)
	case int64:
		return types.Int(x)
	case int:
		return types.Int(x)
	case time.Time:
		return types.Timestamp{Time: x}
	case []string:
		return types.NewStringList(adapter{}, x)
	case []any:
		return types.NewDynamicList(adapter{}, x)
	case map[string]any:
		return object{Mapper: types.NewStringInterfaceMap(adapter{}, x), m: x}
	case *source.Unknown:
		return unknown
	case *estate.Asset:
		return assetValue{x}
	}
	return types.DefaultTypeAdapter.NativeToValue(v)
}

// object is a map whose missing keys are null: an argument that is not written
// reads as null, as the provider sees it.
type object struct {
	traits.Mapper
	m map[string]any
}

func (o object) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return types.NullValue, true
	}
	return adapter{}.NativeToValue(o.m[string(name)]), true
}

func (o object) Get(key ref.Val) ref.Val {
	v, _ := o.Find(key)
	return v
}

func (o object) Contains(key ref.Val) ref.Val {
	name, ok := key.(types.String)
	return types.Bool(ok && o.m[string(name)] != nil)
}

// assetValue lets an expression read another asset's facts as fields, as in
// linked("bucket").all(b, b.encrypted_at_rest). A fact the asset does not
// have is unknown.
type assetValue struct{ asset *estate.Asset }

var assetType = types.NewObjectType("demarc.Asset", traits.IndexerType)

func (a assetValue) Type() ref.Type { return assetType }
func (a assetValue) Value() any     { return a.asset }

func (a assetValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(assetValue)
	return types.Bool(ok && o.asset == a.asset)
}

func (a assetValue) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return assetType
	}
	return types.NewErr("an asset cannot be converted to %s", t.TypeName())
}

func (a assetValue) Get(key ref.Val) ref.Val {
	name, ok := key.(types.String)
	if !ok {
		return types.NewErr("a fact is read by its name")
	}
	if v, ok := assetVariable(a.asset, string(name)); ok {
		return v
	}
	f, ok := a.asset.Fact(string(name))
	if !ok || !f.Known() {
		return unknown
	}
	return adapter{}.NativeToValue(f.Value)
}

// ConvertToNative implements ref.Val; an asset only ever converts to itself.
func (a assetValue) ConvertToNative(reflect.Type) (any, error) { return a.asset, nil }
