package expr

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"testing"

	"github.com/demarc-sec/demarc/internal/source"
)

func TestScripts(t *testing.T) {
	env, err := NewResourceEnv()
	if err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/bash\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--read-only-port=10255'\n"
	var packed bytes.Buffer
	zw := gzip.NewWriter(&packed)
	_, _ = zw.Write([]byte(script))
	_ = zw.Close()
	open := &source.Unknown{Text: "#!/bin/bash\n/etc/eks/bootstrap.sh " + source.HoleOpen + "x.name" + source.HoleClose + " --read-only-port=10255"}
	for name, tt := range map[string]struct {
		body           any
		port, elsewise Tri // of what is there, and of what is not
	}{
		"in clear":     {script, True, False},
		"base64":       {base64.StdEncoding.EncodeToString([]byte(script)), True, False},
		"compressed":   {base64.StdEncoding.EncodeToString(packed.Bytes()), True, False},
		"partly known": {open, True, Unknown},
		"not known":    {&source.Unknown{}, Unknown, Unknown},
		"not written":  {nil, False, False},
		"no text":      {base64.StdEncoding.EncodeToString([]byte{0x1f, 0x8b, 1, 2}), False, False},
	} {
		for pattern, want := range map[string]Tri{`--read-only-port[= ]"?[1-9]`: tt.port, `--anonymous-auth[= ]"?true`: tt.elsewise} {
			m, err := env.Condition(`says(r, "user_data", '` + pattern + `')`)
			if err != nil {
				t.Fatal(err)
			}
			if got, why := m.Truth(map[string]any{"user_data": tt.body}); got != want {
				t.Errorf("%s: %s is %v (%s), want %v", name, pattern, got, why, want)
			}
			m, err = env.Condition(`mentions(r, "user_data", '` + pattern + `')`)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := m.Truth(map[string]any{"user_data": tt.body}); (got == True) != (want == True) || got == Unknown {
				t.Errorf("%s: mentions %s is %v", name, pattern, got)
			}
		}
	}
	if _, err := env.Mapping(`says(r, "user_data", '(')`); err != nil {
		t.Fatal(err) // found when it is asked
	}
}
