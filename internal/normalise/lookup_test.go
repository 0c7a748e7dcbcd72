package normalise

import (
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

func data(native, name string, body map[string]any, refs map[string][]source.Ref) *source.Resource {
	r := resource(native, name, body)
	r.Data, r.Address, r.Refs = true, "data."+native+"."+name, refs
	return r
}

// TestLookedUpInSameConfiguration follows what data sources look up to the
// resource that makes it.
func TestLookedUpInSameConfiguration(t *testing.T) {
	mapping := func(name string, to source.Ref) *source.Resource {
		r := resource("aws_lambda_event_source_mapping", name, map[string]any{"function_name": &source.Unknown{NotNull: true}})
		r.Refs = map[string][]source.Ref{"function_name": {to}}
		return r
	}
	_, as := finish(t,
		resource("aws_lambda_function", "one", map[string]any{"function_name": "one"}),
		resource("aws_lambda_function", "two", map[string]any{"function_name": "two"}),
		data("aws_lambda_alias", "live", map[string]any{"function_name": &source.Unknown{NotNull: true}, "name": "live"},
			map[string][]source.Ref{"function_name": {{Address: "aws_lambda_function.one", Attribute: "arn"}}}),
		data("aws_lambda_function", "two", map[string]any{"function_name": "two"}, nil),
		data("aws_lambda_function", "gone", map[string]any{"function_name": "gone"}, nil),
		mapping("alias", source.Ref{Address: "data.aws_lambda_alias.live", Attribute: "arn"}),
		mapping("name", source.Ref{Address: "data.aws_lambda_function.two", Attribute: "arn"}),
		mapping("gone", source.Ref{Address: "data.aws_lambda_function.gone", Attribute: "arn"}),
		mapping("other", source.Ref{Address: "data.aws_lambda_function.two", Attribute: "role"}),
	)
	for function, part := range map[string]string{"aws_lambda_function.one": "alias", "aws_lambda_function.two": "name"} {
		found := as[function].Addresses
		if len(found) != 2 || found[1] != "aws_lambda_event_source_mapping."+part {
			t.Errorf("%s is made of %v", function, found)
		}
	}
}

// TestSearchesInCircle ends.
func TestSearchesInCircle(t *testing.T) {
	at := func(name string) map[string][]source.Ref {
		return map[string][]source.Ref{"function_name": {{Address: "data.aws_lambda_alias." + name, Attribute: "arn"}}}
	}
	r := resource("aws_lambda_event_source_mapping", "m", map[string]any{"function_name": &source.Unknown{NotNull: true}})
	r.Refs = at("a")
	_, as := finish(t, data("aws_lambda_alias", "a", nil, at("b")), data("aws_lambda_alias", "b", nil, at("a")), r)
	if a := as["aws_lambda_event_source_mapping.m"]; a == nil || !a.Elsewhere {
		t.Errorf("the mapping became %+v", a)
	}
}

// TestImagesByName keeps the name by which a machine image is looked up, where
// there is one.
func TestImagesByName(t *testing.T) {
	filter := func(values ...any) map[string]any {
		return map[string]any{"filter": []any{
			map[string]any{"name": "virtualization-type", "values": []any{"hvm"}}, map[string]any{"name": "name", "values": values},
		}}
	}
	machine := func(name string, by source.Ref) *source.Resource {
		r := resource("aws_instance", name, map[string]any{"ami": &source.Unknown{NotNull: true}})
		r.Refs = map[string][]source.Ref{"ami": {by}}
		return r
	}
	_, as := finish(t,
		data("aws_ami", "one", filter("ubuntu-18.04-*"), nil), machine("one", source.Ref{Address: "data.aws_ami.one", Attribute: "id"}),
		data("aws_ami", "two", filter("a-*", "b-*"), nil), machine("two", source.Ref{Address: "data.aws_ami.two", Attribute: "id"}),
		data("aws_ssm_parameter", "public", map[string]any{"name": "/aws/service/x"}, nil), machine("public", source.Ref{Address: "data.aws_ssm_parameter.public", Attribute: "value"}),
		data("aws_ssm_parameter", "own", map[string]any{"name": "/own/image"}, nil), machine("own", source.Ref{Address: "data.aws_ssm_parameter.own", Attribute: "value"}),
	)
	for name, want := range map[string]string{
		"one": "ubuntu-18.04-*", "two": "data.aws_ami.two", "public": "/aws/service/x", "own": "data.aws_ssm_parameter.own",
	} {
		rs := as["aws_instance."+name].Linked("image")
		if len(rs) != 1 || rs[0].Ref != want {
			t.Errorf("%s starts from %+v, want %s", name, rs, want)
		}
	}
}
