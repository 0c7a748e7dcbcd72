package tri

import "testing"

func TestTables(t *testing.T) {
	u := Unknown("x")
	for _, c := range []struct {
		got  Bool
		want string
	}{
		{Or(), "false"},
		{And(), "true"},
		{Or(False, u), "unknown"},
		{Or(u, True), "true"},
		{Or(False, False), "false"},
		{And(True, u), "unknown"},
		{And(u, False), "false"},
		{And(True, True), "true"},
		{u.Not(), "unknown"},
		{True.Not(), "false"},
		{False.Not(), "true"},
	} {
		if c.got.String() != c.want {
			t.Errorf("got %v, want %s", c.got, c.want)
		}
	}
	if got := And(True, u, Unknown("y")).Why(); got != "x" {
		t.Errorf("reason %q, want the first", got)
	}
}
