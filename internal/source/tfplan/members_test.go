package tfplan_test

import (
	"fmt"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

// TestServiceAccounts reads members that are known after apply: of one that is
// made of nothing but a service account's address the sort is known, of any
// other nothing.
func TestServiceAccounts(t *testing.T) {
	for name, tc := range map[string]struct{ refs, caller, want string }{
		"address":         {`["google_service_account.a.email","google_service_account.a"]`, `{}`, "serviceAccount:\uE000module.m.google_service_account.a.email\uE001"},
		"member":          {`["google_service_account.a[0].member","google_service_account.a[0]"]`, `{}`, "serviceAccount:\uE000module.m.google_service_account.a[0].member\uE001"},
		"caller":          {`["var.who"]`, `{"who":{"references":["google_service_account.b.member"]}}`, "serviceAccount:\uE000google_service_account.b.member\uE001"},
		"several":         {`["google_service_account.a.email","google_service_account.b.email"]`, `{}`, "serviceAccount:\uE000google_service_account\uE001"},
		"caller's other":  {`["var.who"]`, `{"who":{"references":["google_group.b.id"]}}`, ""},
		"something else":  {`["google_service_account.a.email","google_thing.b.id"]`, `{}`, ""},
		"name":            {`["google_service_account.a.name"]`, `{}`, ""},
		"local":           {`["local.everybody"]`, `{}`, ""},
		"beside a local":  {`["google_service_account.a.email","local.everybody"]`, `{}`, ""},
		"of a collection": {`["each.value"]`, `{}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, form := range []struct{ argument, unknown, after string }{{"member", `true`, `{}`}, {"members", `[false,true]`, `{"members":["user:a@example.com",null]}`}} {
				rec := readText(t, fmt.Sprintf(`{"format_version":"1.2","resource_changes":[
{"address":"module.m.google_project_iam_x.y","module_address":"module.m","mode":"managed","type":"google_project_iam_x","name":"y",
"change":{"actions":["create"],"after":%s,"after_unknown":{%q:%s}}}],
"configuration":{"root_module":{"module_calls":{"m":{"expressions":%s,"module":{"resources":[
{"mode":"managed","type":"google_project_iam_x","name":"y","provider_config_key":"google","expressions":{%q:{"references":%s}}}]}}}}}}`,
					form.after, form.argument, form.unknown, tc.caller, form.argument, tc.refs))
				v := rec.Find(t, "module.m.google_project_iam_x.y").Body[form.argument]
				if list, ok := v.([]any); ok {
					v = list[1]
				}
				u, ok := v.(*source.Unknown)
				if !ok || u.Text != tc.want {
					t.Errorf("%s: %+v, want text %q", form.argument, v, tc.want)
				}
			}
		})
	}
}

// TestUnknownMembers leaves a list that is unknown as a whole as it is: the
// plan does not keep the constants in it.
func TestUnknownMembers(t *testing.T) {
	rec := readText(t, `{"format_version":"1.2","resource_changes":[{"address":"google_project_iam_binding.y","mode":"managed","type":"google_project_iam_binding","name":"y",
"change":{"actions":["create"],"after":{},"after_unknown":{"members":true}}}],
"configuration":{"root_module":{"resources":[{"mode":"managed","type":"google_project_iam_binding","name":"y","provider_config_key":"google",
"expressions":{"members":{"references":["google_service_account.a.email"]}}}]}}}`)
	u, ok := rec.Resources[0].Body["members"].(*source.Unknown)
	if !ok || u.Text != "" {
		t.Errorf("%+v", rec.Resources[0].Body["members"])
	}
}
