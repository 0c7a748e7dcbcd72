package host_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
)

func collect(t testing.TB, tree string) *host.Document {
	t.Helper()
	opt, err := hosttree.Parse([]byte(tree))
	if err != nil {
		t.Fatal(err)
	}
	return host.Collect(t.Context(), opt)
}

// TestSSHD holds the effective configuration to what sshd itself takes: the
// first value counts, whatever the case, and a Match block ends with its file.
func TestSSHD(t *testing.T) {
	d := collect(t, `
-- etc/ssh/sshd_config --
include /etc/ssh/sshd_config.d/*.conf
PERMITROOTLOGIN yes
PasswordAuthentication = no
AllowUsers alice
AllowUsers bob
LoginGraceTime 1h30m # long
Match User backup
  PermitRootLogin forced-commands-only
Match all
MaxAuthTries 3
-- etc/ssh/sshd_config.d/10-first.conf --
PermitRootLogin without-password
Match Address 192.0.2.0/24
  PasswordAuthentication yes
-- etc/ssh/sshd_config.d/20-second.conf --
MaxSessions 4
-- etc/ssh/sshd_config.d/off --
PermitRootLogin no
`).SSHD
	got := map[string]string{}
	for _, k := range []string{"permitrootlogin", "passwordauthentication", "allowusers", "maxauthtries", "maxsessions", "x11forwarding"} {
		got[k] = d.Settings[k]
	}
	want := map[string]string{"permitrootlogin": "prohibit-password", "passwordauthentication": "no", "allowusers": "alice bob", "maxauthtries": "3", "maxsessions": "4", "x11forwarding": "no"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d.LoginGrace != 5400 || d.From["permitrootlogin"] != "/etc/ssh/sshd_config.d/10-first.conf:1" {
		t.Errorf("grace %d, from %v", d.LoginGrace, d.From)
	}
	if len(d.Matches) != 2 || d.Matches[0].Settings["passwordauthentication"] != "yes" || d.Matches[1].Settings["permitrootlogin"] != "forced-commands-only" {
		t.Errorf("matches %+v", d.Matches)
	}
}

// TestAuditRules takes lists of system calls that are split over rules for the
// same as merged ones, whatever the keys are called.
func TestAuditRules(t *testing.T) {
	for name, rules := range map[string]string{
		"merged": "-a always,exit -F arch=b64 -S adjtimex,settimeofday,clock_settime -k a",
		"split":  "-a always,exit -F arch=b64 -S adjtimex -F key=x\n-a always,exit -F arch=b64 -S settimeofday\n-a exit,always -F arch=b64 -S clock_settime",
		"chain":  "-a always,exit -F arch=b64 -S adjtimex -S settimeofday -S clock_settime",
	} {
		d := collect(t, "-- etc/audit/rules.d/time.rules --\n"+rules+"\n")
		if slices.Contains(d.Audit.Uncovered, "changes of the time") {
			t.Errorf("%s: %v", name, d.Audit.Uncovered)
		}
	}
	d := collect(t, "-- etc/audit/rules.d/time.rules --\n-a always,exit -F arch=b32 -S adjtimex,settimeofday,clock_settime\n")
	if !slices.Contains(d.Audit.Uncovered, "changes of the time") {
		t.Error("rules of 32 bits count for 64")
	}
}

func TestSudo(t *testing.T) {
	d := collect(t, `
-- etc/sudoers --
Cmnd_Alias SHELLS = /bin/bash, \
   /usr/bin/vim
Cmnd_Alias SAFE = /usr/bin/systemctl-status
Defaults timestamp_timeout=2.5, use_pty
root ALL=(ALL:ALL) NOPASSWD: ALL
dev ALL=(root, www-data) NOPASSWD: SHELLS, PASSWD: ALL
ops ALL=(root) NOPASSWD: SAFE, !/bin/sh
@includedir /etc/sudoers.d
-- etc/sudoers.d/cloud --
%wheel ALL=(ALL) NOPASSWD: SETENV: ALL
-- etc/sudoers.d/off.bak --
%x ALL=(ALL) NOPASSWD: ALL
`).Sudo
	want := []string{"%wheel may run ALL (/etc/sudoers.d/cloud:1)", "dev may run /bin/bash (/etc/sudoers:6)", "dev may run /usr/bin/vim (/etc/sudoers:6)"}
	if diff := cmp.Diff(want, d.NoPassword); diff != "" {
		t.Error(diff)
	}
	if d.Timeout != 2.5 || !d.Pty {
		t.Errorf("%+v", d)
	}
}

func TestKernels(t *testing.T) {
	d := collect(t, `
-- proc/sys/kernel/osrelease --
6.1.0-28-amd64
-- boot/vmlinuz-6.1.0-9-amd64 --
-- boot/vmlinuz-6.1.0-28-amd64 --
-- boot/vmlinuz-6.1.0-30-cloud-amd64 --
-- boot/vmlinuz-0-rescue-abc --
`).Kernel
	if diff := cmp.Diff([]string{"6.1.0-9-amd64", "6.1.0-28-amd64", "6.1.0-30-cloud-amd64"}, d.Installed); diff != "" {
		t.Error(diff)
	}
	if d.Newest != "6.1.0-28-amd64" {
		t.Errorf("newest %s: another flavour is no successor", d.Newest)
	}
}

func TestListeners(t *testing.T) {
	d := collect(t, `
-- proc/sys/kernel/osrelease --
6.1.0
-- proc/net/tcp --
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 1001 1
   1: 0100007F:1538 0100007F:8000 01 00000000:00000000 00:00000000 00000000   999        0 1002 1
-- proc/net/tcp6 --
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1003 1
   1: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1004 1
`)
	var got []string
	for _, l := range d.Listeners {
		got = append(got, l.Label+" "+l.Address)
	}
	want := []string{"tcp/22 ::", "tcp/5432 127.0.0.1", "tcp/8080 127.0.0.1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestImageStaysInside reads an image whose links lead outside: they are
// followed within it.
func TestImageStaysInside(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"srv/release": "ID=inside\nVERSION_ID=1\n", "etc/hostname": "image-1\n"} {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"etc/os-release": "/srv/release", "etc/shadow": "/etc/shadow", "etc/passwd": "../../../../../../etc/passwd"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("links cannot be made here: ", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	d := host.Collect(t.Context(), host.Options{Root: root.FS()})
	if d.OS.ID != "inside" {
		t.Errorf("os-release %+v, gaps %v", d.OS, d.Gaps)
	}
	if d.Accounts != nil && len(d.Accounts.Users) > 0 {
		t.Errorf("users of the running system: %v", d.Accounts.Users)
	}
}

// TestThisServer reads the running system, and holds the document free of what
// it must not carry.
func TestThisServer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the collectors read Linux")
	}
	d := host.Collect(t.Context(), host.Options{Root: os.DirFS("/"), Running: true, Live: host.Running()})
	for _, g := range d.Gaps {
		if strings.Contains(g.Why, "the collector stopped") {
			t.Errorf("%s: %s", g.At, g.Why)
		}
	}
	if d.Host.Hostname == "" || d.Kernel.Running == "" || len(d.Processes) == 0 {
		t.Errorf("%+v %+v, %d processes", d.Host, d.Kernel, len(d.Processes))
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if hash := regexp.MustCompile(`\$(1|5|6|y|2b)\$[^"]{8}`).Find(text); hash != nil {
		t.Errorf("a password's hash is in the document")
	}
}

// TestSections holds every section that the reader must know to one collector.
func TestSections(t *testing.T) {
	d := collect(t, "-- etc/hostname --\nx\n")
	for _, s := range host.Sections() {
		if s != "walk" && !slices.Contains(d.Read, s) {
			t.Errorf("%s is not read", s)
		}
	}
}

// FuzzCollect lays a text in the place of every file that is parsed.
func FuzzCollect(f *testing.F) {
	for _, seed := range []string{
		"Match User x\nInclude *\nPort", "%a ALL=(b:c) NOPASSWD: ALL, \\\n !x", "root:x:0:0:root:/root:/bin/bash\na::b:c", "auth [x=1] pam_unix.so nullok\n@include common-auth",
		"-a always,exit -F arch=b64 -S a,b\n-w /x -p wa", "kernel.* = 1\nnet/ipv4/ip_forward=1", "deb [trusted=yes] x y z", "[x]\nExecStart=-/bin/x y\n", "* * * * * root x", "0: 0100007F:1538 0:0 0A 0 0 0 999 0 1001",
		`{"nftables": [{"chain": {"family": "inet", "hook": "input"}}]}`, "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== x", "*filter\n:INPUT DROP [0:0]", "1h2m3", "mlkem,+x,^y,-z*",
	} {
		f.Add([]byte(seed))
	}
	files := []string{
		"etc/passwd", "etc/group", "etc/shadow", "etc/ssh/sshd_config", "etc/ssh/sshd_config.d/a.conf", "etc/sudoers", "etc/sudoers.d/a", "etc/pam.d/common-auth", "etc/pam.d/su",
		"etc/login.defs", "etc/os-release", "etc/crontab", "etc/cron.d/a", "etc/audit/rules.d/a.rules", "etc/sysctl.conf", "etc/apt/sources.list", "etc/apt/sources.list.d/a.sources", "etc/apt/apt.conf.d/a",
		"etc/systemd/system/a.service", "etc/nftables.conf", "etc/ufw/ufw.conf", "etc/iptables/rules.v4", "proc/net/tcp", "proc/net/tcp6", "proc/mounts", "proc/modules", "proc/sys/kernel/osrelease", "proc/7/status",
		"proc/7/cgroup", "root/.ssh/authorized_keys", "var/log/wtmp", "var/log/lastlog", "etc/environment", "etc/hosts", "etc/selinux/config", "sys/kernel/security/apparmor/profiles", "etc/chrony/chrony.conf",
		"run/cloud-init/instance-data.json", "etc/ssl/a.pem", "live/nft.json", "live/iptables", "etc/systemd/journald.conf", "etc/rsyslog.conf", "etc/security/faillock.conf", "etc/modprobe.d/a.conf", "lib/modules/6/modules.dep",
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if strings.Contains(string(text), "-- ") {
			return // would be a file's beginning
		}
		var b strings.Builder
		b.WriteString("link etc/systemd/system/multi-user.target.wants/a.service /etc/systemd/system/a.service\n")
		for _, name := range files {
			b.WriteString("-- " + name + " --\n" + string(text) + "\n")
		}
		d := collect(t, b.String())
		for _, g := range d.Gaps {
			if strings.Contains(g.Why, "the collector stopped") {
				t.Fatalf("%s: %s", g.At, g.Why)
			}
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
	})
}

// TestKeepsNoSecrets holds what may carry a password out of the document.
func TestKeepsNoSecrets(t *testing.T) {
	d := collect(t, `
-- proc/cmdline --
root=/dev/sda1 rd.luks.key=hunter2 audit=1 quiet
-- etc/fstab --
//alice:hunter2@files/share /mnt cifs username=alice,password=hunter2,nosuid 0 0
-- etc/crontab --
5 * * * * root PGPASSWORD=hunter2 pg_dump all
-- etc/ssh/sshd_config --
AuthorizedKeysCommand /usr/bin/keys --token hunter2
-- etc/systemd/system/app.service --
[Service]
ExecStart=/usr/bin/app --password hunter2
-- etc/environment --
API_TOKEN=hunter2hunter2
-- root/.ssh/authorized_keys --
command="/bin/x hunter2" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8sVf5vG4zqk1Yw0Vq2mC7l7b2m0q9T3sJkq4b1x2yz alice
`)
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.Index(string(text), "hunter2"); i >= 0 {
		t.Errorf("…%s…", text[max(0, i-60):i+10])
	}
	if len(d.Secrets) != 1 || !strings.HasPrefix(d.Secrets[0], "/etc/environment:1") {
		t.Errorf("secrets %v", d.Secrets)
	}
}

// TestRoles takes what was given, and else what the services show.
func TestRoles(t *testing.T) {
	shown := "link etc/systemd/system/multi-user.target.wants/nginx.service /usr/lib/systemd/system/nginx.service\n"
	for tree, want := range map[string][]string{
		shown + "-- etc/hostname --\nx\n":               {"web"},
		shown + "role bastion\n-- etc/hostname --\nx\n": {"bastion"},
		"-- etc/hostname --\nx\n":                       nil,
	} {
		if got := collect(t, tree).Roles; !slices.Equal(got, want) {
			t.Errorf("%q: %v", tree, got)
		}
	}
}
