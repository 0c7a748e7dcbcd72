package expr

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// keepUnknown makes literals of mapping expressions keep unknown members. By
// CEL's rule one unknown value makes the whole list or map unknown; but a
// security-group rule with an unknown description still opens its ports.
func keepUnknown(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	c, ok := i.(interpreter.InterpretableConstructor)
	if !ok {
		return i, nil
	}
	switch c.Type() {
	case types.ListType:
		return &keepingList{i, c.InitVals()}, nil
	case types.MapType:
		return &keepingMap{i, c.InitVals()}, nil
	}
	return i, nil
}

type keepingList struct {
	interpreter.InterpretableV2
	elements []interpreter.InterpretableV2
}

func (l *keepingList) Eval(ctx interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(ctx, l.Exec)
}

func (l *keepingList) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	out := make([]any, len(l.elements))
	for i, e := range l.elements {
		v := e.Exec(frame)
		if err, bad := v.(*types.Err); bad {
			return err
		}
		out[i] = native(v)
	}
	return types.NewDynamicList(adapter{}, out)
}

// keepingMap holds keys and values in turn.
type keepingMap struct {
	interpreter.InterpretableV2
	pairs []interpreter.InterpretableV2
}

func (m *keepingMap) Eval(ctx interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(ctx, m.Exec)
}

func (m *keepingMap) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	out := make(map[string]any, len(m.pairs)/2)
	for i := 0; i+1 < len(m.pairs); i += 2 {
		k, v := m.pairs[i].Exec(frame), m.pairs[i+1].Exec(frame)
		if err, bad := v.(*types.Err); bad {
			return err
		}
		if types.IsUnknownOrError(k) {
			return k
		}
		out[fmt.Sprint(k.Value())] = native(v)
	}
	return adapter{}.NativeToValue(out)
}
