package host_test

import (
	"io/fs"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/host"
)

func TestStanding(t *testing.T) {
	d := collect(t, "-- etc/passwd --\nroot:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n-- etc/group --\nroot:x:0:\nalice:x:1000:\n")
	s := host.NewStanding(d, func(path string) string {
		if path == "/usr/bin/passwd" {
			return "package passwd"
		}
		return ""
	})
	s.See("/usr/bin/passwd", fs.ModeSetuid|0o755, 0, 0, "")
	s.See("/usr/local/bin/.x", fs.ModeSetuid|0o755, 0, 0, "")
	s.See("/home/alice/notes", 0o644, 1000, 1000, "")
	s.See("/tmp", fs.ModeDir|fs.ModeSticky|0o777, 0, 0, "")
	s.See("/srv/open", fs.ModeDir|0o777, 0, 0, "")
	s.See("/srv/link", fs.ModeSymlink|0o777, 0, 0, "")
	s.See("/srv/old", 0o640, 1007, 0, "")
	s.See("/opt/python3", 0o755, 0, 0, "cap_setuid")
	w := s.Walk("")
	if !w.Complete || len(w.SetID) != 2 || w.SetID[0].Explained == "" || w.SetID[1].Explained != "" {
		t.Errorf("%+v", w)
	}
	if len(w.WorldWritten) != 1 || len(w.Unowned) != 1 || len(w.Capabilities) != 1 || w.Capabilities[0].What != "cap_setuid" {
		t.Errorf("%+v", w)
	}
	for range 1100 {
		s.See("/srv/x", 0o666, 0, 0, "")
	}
	if w := s.Walk(""); w.Complete || w.Why == "" {
		t.Errorf("a list that was cut off is complete: %s", w.Why)
	}
}
