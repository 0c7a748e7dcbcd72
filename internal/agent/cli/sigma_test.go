package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A directory of somebody's own: rules as they are written in the field, of each source
// that is read; one with what is not understood is told of with its line, and the others work.
func TestOwnSigmaDirectory(t *testing.T) {
	dir := t.TempDir()
	rule := func(name, logsource, detection string) {
		t.Helper()
		text := "title: " + name + "\nid: 6f1c2b7e-0000-4000-8000-00000000000" + string(name[0]) + "\nstatus: experimental\nauthor: somebody\ndate: 2026-01-02\nreferences:\n    - https://example.com/\nlogsource:\n" + logsource +
			"detection:\n" + detection + "falsepositives:\n    - Unknown\nlevel: high\ntags:\n    - attack.persistence\n    - attack.t1053.003\n"
		if err := os.MkdirAll(filepath.Join(dir, "linux", "deep"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "linux", "deep", name+".yml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rule("1-auditd-execve", "    product: linux\n    service: auditd\n", "    selection:\n        type: EXECVE\n        a0: chattr\n        a1|contains: '-i'\n    condition: selection\n")
	rule("2-auditd-path", "    product: linux\n    service: auditd\n", "    selection:\n        type: PATH\n        name|startswith:\n            - /etc/systemd/system/\n            - /lib/systemd/system/\n        nametype: CREATE\n    filter:\n        name|endswith: .swp\n    condition: selection and not filter\n")
	rule("3-process", "    category: process_creation\n    product: linux\n", "    selection_img:\n        Image|endswith: /crontab\n    selection_cli:\n        CommandLine|contains|all:\n            - ' -'\n            - r\n    condition: all of selection_*\n")
	rule("4-sshd-keywords", "    product: linux\n    service: sshd\n", "    keywords:\n        - '*unexpected internal error*'\n        - '*no matching key exchange*'\n    condition: keywords\n")
	rule("5-sudo", "    product: linux\n    service: sudo\n", "    selection:\n        - CommandLine|contains: '/etc/shadow'\n        - CommandLine|re: 'visudo\\s'\n    condition: 1 of selection*\n")
	rule("6-webserver", "    category: webserver\n", "    selection:\n        cs-method: GET\n        cs-uri-query|contains:\n            - ../../\n            - '%2e%2e%2f'\n    condition: selection\n")
	rule("7-syslog", "    product: linux\n    service: syslog\n", "    keywords:\n        - 'segfault at'\n    condition: keywords\n")
	rule("8-unknown-modifier", "    product: linux\n    service: sshd\n", "    selection:\n        User|sounds_like: root\n    condition: selection\n")
	rule("9-aggregation", "    product: linux\n    service: sshd\n", "    selection:\n        action: failed\n    timeframe: 1m\n    condition: selection | count() by SourceIp > 5\n")

	log := strings.Join([]string{
		`type=SYSCALL msg=audit(1795168800.016:1016): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 auid=1000 uid=0 comm="chattr" exe="/usr/bin/chattr" key=(null)`,
		`type=EXECVE msg=audit(1795168800.016:1016): argc=3 a0="chattr" a1="-i" a2="/etc/passwd"`,
		`type=PROCTITLE msg=audit(1795168800.016:1016): proctitle="chattr"`,
		`type=SYSCALL msg=audit(1795168800.017:1017): arch=c000003e syscall=257 success=yes exit=3 ppid=1 pid=2 auid=1000 uid=0 comm="vi" exe="/usr/bin/vi" key="x"`,
		`type=PATH msg=audit(1795168800.017:1017): item=1 name="/etc/systemd/system/x.service" nametype=CREATE`,
		`type=PROCTITLE msg=audit(1795168800.017:1017): proctitle="vi"`,
		`type=SYSCALL msg=audit(1795168800.018:1018): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 auid=1000 uid=0 comm="crontab" exe="/usr/bin/crontab" key=(null)`,
		`type=EXECVE msg=audit(1795168800.018:1018): argc=2 a0="crontab" a1="-r"`,
		`type=PROCTITLE msg=audit(1795168800.018:1018): proctitle="crontab"`,
		`Nov 28 10:00:00 web sshd[7]: fatal: Unable to negotiate with 203.0.113.9 port 4711: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]`,
		`Nov 28 10:00:01 web sudo:      ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow`,
		`203.0.113.9 - - [28/Nov/2026:10:00:02 +0000] "GET /get?file=../../../../etc/passwd HTTP/1.1" 404 153 "-" "curl/8"`,
		`Nov 28 10:00:03 web kernel: x[7]: segfault at 0 ip 0000 sp 0000 error 4`,
	}, "\n") + "\n"
	var out, errs bytes.Buffer
	f := detectFlags{rules: []string{dir}, only: true, logs: []string{"-"}, json: true}
	if err := f.run(t.Context(), strings.NewReader(log), &out, &errs); err != errFound { //nolint:errorlint // the very one
		t.Fatalf("%v: %s", err, errs.String())
	}
	for _, name := range []string{"1-auditd-execve", "2-auditd-path", "3-process", "4-sshd-keywords", "5-sudo", "6-webserver", "7-syslog"} {
		if n := strings.Count(out.String(), `"title":"`+name+`"`); n != 1 {
			t.Errorf("%s is found %d times", name, n)
		}
	}
	told := strings.Split(strings.TrimSpace(errs.String()), "\n")
	if len(told) != 2 || !strings.Contains(told[0], "8-unknown-modifier.yml:13: ") || !strings.Contains(told[0], "sounds_like") || !strings.Contains(told[1], "9-aggregation.yml:") {
		t.Errorf("told: %q", told)
	}
}
