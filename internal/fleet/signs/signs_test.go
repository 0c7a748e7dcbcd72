package signs

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/agent/host"
	"github.com/demarc-sec/demarc/internal/agent/host/hosttree"
)

// tree is a small server, changed by what is added or overwritten.
func tree(t *testing.T, change map[string]string) *host.Document {
	t.Helper()
	files := map[string]string{
		"etc/os-release": "ID=debian\nVERSION_ID=\"12\"", "proc/sys/kernel/osrelease": "6.1.0-28-amd64", "etc/login.defs": "UID_MIN 1000",
		"etc/passwd": "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nann:x:1000:1000::/home/ann:/bin/bash", "etc/shells": "/bin/bash", "etc/shadow": "root:*:20000:0:99999:7:::\nann:*:20000:0:99999:7:::", "etc/gshadow": "root:*::",
		"etc/group": "root:x:0:\nsudo:x:27:ann\nwww-data:x:33:\nann:x:1000:", "etc/crontab": "17 * * * * root run-parts /etc/cron.hourly", "proc/modules": "ext4 1 0 - Live 0x0",
		"root/.ssh/authorized_keys": "# none", "var/lib/dpkg/status": "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64",
		"proc/1/status": "Name:\tsystemd\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB", "proc/1/exe": "-> /usr/lib/systemd/systemd", "proc/self/net/tcp": "  sl  local_address rem_address   st\n", "proc/net/tcp": "  sl  local_address rem_address   st",
	}
	maps.Copy(files, change)
	var links, b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := files[name]
		if to, ok := strings.CutPrefix(text, "-> "); ok {
			links.WriteString("link " + name + " " + to + "\n")
			continue
		}
		b.WriteString("-- " + name + " --\n" + text + "\n")
	}
	opt, err := hosttree.Parse([]byte(links.String() + b.String()))
	if err != nil {
		t.Fatal(err)
	}
	doc := host.Collect(t.Context(), opt)
	// As it travels.
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var out host.Document
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return &out
}

func walked(d *host.Document, files ...host.WalkFile) *host.Document {
	d.Read = append(d.Read, "walk")
	d.Walk = &host.Walk{Complete: true, SetID: files}
	return d
}

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDX6hjl2Qn1l5pQd0Yw8E4n8Rk0mE1yq7qgqk2sK0b1c mallory@laptop"

func TestWhatComesToBe(t *testing.T) {
	shell := map[string]string{
		"proc/7/status": "Name:\tx\nUid:\t33\t33\t33\t33\nVmSize:\t1 kB", "proc/7/exe": "-> /tmp/x", "proc/7/fd/3": "-> socket:[99]",
		"proc/net/tcp": "  sl  local_address rem_address   st\n   0: 00000000:115C 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 99 1 0 100 0 0 10 0",
	}
	shell["proc/self/net/tcp"] = shell["proc/net/tcp"]
	for name, test := range map[string]struct {
		change map[string]string
		want   []string // severity, rule, and ! where nothing explains it
	}{
		"nothing":                        {nil, nil},
		"a shell on a port":              {shell, []string{"high new-listener !", "high odd-process !"}},
		"a second root":                  {map[string]string{"etc/passwd": "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nann:x:1000:1000::/home/ann:/bin/bash\ntoor:x:0:0::/root:/bin/bash"}, []string{"critical new-user !"}},
		"a person":                       {map[string]string{"etc/passwd": "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nann:x:1000:1000::/home/ann:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/bash"}, []string{"high new-user !"}},
		"a service that may sign in now": {map[string]string{"etc/passwd": "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash"}, []string{"high new-user !"}},
		"a user of a package": {map[string]string{
			"etc/passwd":          "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nann:x:1000:1000::/home/ann:/bin/bash\nredis:x:101:101::/var/lib/redis:/usr/sbin/nologin",
			"var/lib/dpkg/status": "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n\nPackage: redis\nStatus: install ok installed\nVersion: 7.0\nArchitecture: amd64",
		}, []string{"low new-user"}},
		"the same user without a package": {map[string]string{"etc/passwd": "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\nann:x:1000:1000::/home/ann:/bin/bash\nredis:x:101:101::/var/lib/redis:/usr/sbin/nologin"}, []string{"low new-user !"}},
		"a member of sudo":                {map[string]string{"etc/group": "root:x:0:\nsudo:x:27:ann,www-data\nwww-data:x:33:\nann:x:1000:"}, []string{"high new-strong-member !"}},
		"a key of root":                   {map[string]string{"root/.ssh/authorized_keys": key}, []string{"high new-ssh-key !"}},
		"a job":                           {map[string]string{"etc/crontab": "17 * * * * root run-parts /etc/cron.hourly\n* * * * * root /var/tmp/.x/run"}, []string{"high new-cron-job !"}},
		"a job of a package": {map[string]string{
			"etc/cron.d/sysstat":  "5 * * * * root /usr/lib/sysstat/sa1",
			"var/lib/dpkg/status": "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n\nPackage: sysstat\nStatus: install ok installed\nVersion: 12\nArchitecture: amd64",
		}, []string{"medium new-cron-job"}},
		"a line above a job":     {map[string]string{"etc/crontab": "# hourly\n17 * * * * root run-parts /etc/cron.hourly"}, nil},
		"a module":               {map[string]string{"proc/modules": "ext4 1 0 - Live 0x0\ndiamorphine 1 0 - Live 0x0"}, []string{"low new-kernel-module !"}},
		"a unit of somebody":     {map[string]string{"etc/systemd/system/x.service": "[Service]\nExecStart=/opt/x\n", "etc/systemd/system/multi-user.target.wants/x.service": "-> /etc/systemd/system/x.service"}, []string{"medium new-unit !"}},
		"a thread of the kernel": {map[string]string{"proc/8/status": "Name:\tkworker/0:1\nUid:\t0\t0\t0\t0\nVmSize:\t1 kB", "proc/8/exe": "-> /usr/bin/perl"}, []string{"high odd-process !"}},
	} {
		t.Run(name, func(t *testing.T) {
			first, known := Next(nil, tree(t, nil))
			if len(first) != 0 {
				t.Fatalf("the first document is a sign of %+v", first)
			}
			found, after := Next(known, tree(t, test.change))
			var got []string
			for _, s := range found {
				text := s.Severity + " " + s.Rule
				if s.Explained == "" {
					text += " !"
				}
				got = append(got, text)
				if Rules[s.Rule].Title == "" || Rules[s.Rule].Do == "" || s.Text == "" || len(s.Fields) == 0 {
					t.Errorf("nobody can do anything with %+v", s)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("signs are %q, want %q: %+v", got, test.want, found)
			}
			if again, _ := Next(after, tree(t, test.change)); len(again) != 0 {
				t.Errorf("it is told again: %+v", again)
			}
		})
	}
}

// What a document does not tell of is neither gone nor new: it is compared once one tells
// of it again.
func TestUnknownIsNoChange(t *testing.T) {
	su := host.WalkFile{Path: "/usr/bin/su", Mode: "4755", Owner: "root", Explained: "package login"}
	_, known := Next(nil, walked(tree(t, nil), su))
	blind := tree(t, nil)
	blind.Gaps = append(blind.Gaps, host.Gap{At: "cron", Why: "permission denied"})
	blind.Cron = nil
	found, known := Next(known, blind) // without a walk, too
	if len(found) != 0 {
		t.Fatalf("%+v", found)
	}
	evil := host.WalkFile{Path: "/tmp/.s", Mode: "4755", Owner: "root"}
	sudo := host.WalkFile{Path: "/usr/bin/sudo", Mode: "4755", Owner: "root", Explained: "package sudo"}
	next := walked(tree(t, map[string]string{"etc/crontab": "17 * * * * root run-parts /etc/cron.hourly\n* * * * * ann /home/ann/x"}), su, sudo, evil)
	found, known = Next(known, next)
	if len(found) != 3 || found[0].Rule != NewPrivileged || found[0].Explained == "" || found[1].Severity != "critical" || found[2].Rule != NewJob {
		t.Errorf("%+v", found)
	}
	half := walked(tree(t, nil))
	half.Walk.Complete = false
	if found, _ = Next(known, half); len(found) != 0 {
		t.Errorf("half a walk: %+v", found)
	}
	many := walked(tree(t, nil))
	for i := range mostSigns + 50 {
		many.Walk.SetID = append(many.Walk.SetID, host.WalkFile{Path: "/usr/lib/x" + strings.Repeat("y", i), Mode: "4755", Owner: "root"})
	}
	if found, _ = Next(known, many); len(found) != mostSigns+1 || !strings.Contains(found[mostSigns].Text, "50 things more") {
		t.Errorf("%d signs", len(found))
	}
}
