package cli

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// A baseline that root makes in the state of the service is the service's to use and to replace.
func TestBaselineOfRootIsTheService(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, who gives files away")
	}
	const nobody = 65534
	dir := t.TempDir()
	bin := filepath.Join(dir, "demarc-agent")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, self, bin) // where somebody else may run it
	root, state := filepath.Join(dir, "root"), filepath.Join(dir, "state")
	for _, d := range []string{filepath.Dir(dir), dir, root} {
		if err := os.MkdirAll(d, 0o755); err != nil { //nolint:gosec // somebody else goes through
			t.Fatal(err)
		}
		if err := os.Chmod(d, 0o755); err != nil { //nolint:gosec // the same
			t.Fatal(err)
		}
	}
	for path, text := range map[string]string{"etc/passwd": "root:x:0:0::/root:/bin/sh\n", "etc/hosts": "127.0.0.1 localhost\n"} {
		full := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // read by somebody else
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil { //nolint:gosec // the same
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(state, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	as := func(uid uint32, args ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), bin, append([]string{"fim"}, append(args, "--root", root, "--baseline", filepath.Join(state, "fim/baseline"))...)...)
		c.Args[0] = "demarc-agent" // what the program's own tests go by
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v as %d: %v\n%s", args, uid, err, out)
		}
	}
	as(0, "init")
	n := 0
	if err := filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if uid := info.Sys().(*syscall.Stat_t).Uid; uid != nobody || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is of %d, mode %v", path, uid, info.Mode())
		}
		n++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n < 6 { // state, fim, baseline, contents, its key, what a file says
		t.Errorf("%d files in the state", n)
	}
	as(nobody, "check")
	as(nobody, "init", "--replace")
	as(0, "init", "--replace")
	as(nobody, "check")
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
}
