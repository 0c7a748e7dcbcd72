package cloudformation

type implicitAPIs struct{}

func (st *stack) implicit() {}

func (st *stack) serverlessResource(e *entry, typ string, props map[string]any) {
	st.put(e, e.id, typ, props, e.lines())
}
