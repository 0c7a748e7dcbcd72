package detect_test

import (
	"testing"
	"time"

	"github.com/demarc-sec/demarc/detections"
	"github.com/demarc-sec/demarc/internal/agent/logs"
	"github.com/demarc-sec/demarc/internal/detect"
)

var lines = map[string][]string{
	"sshd": {"2026-11-20T10:00:00.123+01:00 web1 sshd[42]: Accepted publickey for anna from 10.0.0.9 port 51022 ssh2: ED25519 SHA256:abc"},
	"exec": {
		`type=SYSCALL msg=audit(1795168800.001:1): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 items=2 ppid=1 pid=2 auid=1000 uid=1000 gid=1000 euid=1000 comm="ls" exe="/usr/bin/ls" key=(null)`,
		`type=EXECVE msg=audit(1795168800.001:1): argc=2 a0="ls" a1="/home/anna/documents"`,
		`type=PROCTITLE msg=audit(1795168800.001:1): proctitle=6C73`,
	},
}

// BenchmarkMatch holds one event that matches nothing against the rules that come with
// the agent, and BenchmarkLine reads it from its lines too.
func BenchmarkMatch(b *testing.B) { bench(b, false) }

func BenchmarkLine(b *testing.B) { bench(b, true) }

func bench(b *testing.B, parse bool) {
	rules, _ := detect.Load(nil, detect.Dir{Name: "detections", FS: detections.FS})
	for name, text := range lines {
		b.Run(name, func(b *testing.B) {
			engine := rules.Engine()
			tell := func(*detect.Alert) {}
			var last *detect.Event
			p := logs.Parser{Now: time.Now, Emit: func(e *detect.Event) { engine.See(e, tell); last = e }}
			once := func() {
				for _, l := range text {
					p.Line(l)
				}
			}
			once()
			b.ReportAllocs()
			for b.Loop() {
				if parse {
					once()
				} else {
					engine.See(last, tell)
				}
			}
		})
	}
}
