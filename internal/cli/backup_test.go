package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/demarc-sec/demarc/internal/directory"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/store"
)

// A backup made while a server runs, encrypted and with the key, becomes a
// data directory that a server runs from.
func TestBackupAndRestore(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "new")
	s, err := server.New(t.Context(), server.Config{DataDir: from, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test has ended
	if _, err := s.Directory.Create(t.Context(), "shop", "Shop"); err != nil {
		t.Fatal(err)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	keyFile, file := filepath.Join(t.TempDir(), "key.txt"), filepath.Join(t.TempDir(), "b.age")
	if err := os.WriteFile(keyFile, []byte(id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) string {
		var out bytes.Buffer
		env := &Env{Out: &out, Err: &out, Now: time.Now}
		if got := Run(t.Context(), args, env); got != want {
			t.Fatalf("%s: exit %d, want %d\n%s", args, got, want, out.String())
		}
		return out.String()
	}
	run(ExitClean, "backup", "--data", from, "--with-keys", "--recipient", id.Recipient().String(), file)
	if out := run(ExitInput, "backup", "--data", from, file); !strings.Contains(out, "there already") {
		t.Errorf("over another file: %s", out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup's mode is %v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(from, "backup-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if out := run(ExitInput, "restore", "--data", to, file); !strings.Contains(out, "--identity") {
		t.Errorf("restored without the key: %s", out)
	}
	if out := run(ExitInput, "restore", "--data", from, "--identity", keyFile, file); !strings.Contains(out, "in use") {
		t.Errorf("restored below a running server: %s", out)
	}
	run(ExitClean, "restore", "--data", to, "--identity", keyFile, file)
	was, err := os.ReadFile(filepath.Join(from, seal.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(filepath.Join(to, seal.FileName)); err != nil || !bytes.Equal(now, was) {
		t.Errorf("the key did not come back: %v", err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(to, server.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	orgs, err := (&directory.Directory{DB: db, Now: time.Now}).Organisations(t.Context())
	if err != nil || len(orgs) != 1 || orgs[0].Slug != "shop" {
		t.Errorf("restored %v, %v", orgs, err)
	}
	if out := run(ExitInput, "restore", "--data", to, "--identity", keyFile, file); !strings.Contains(out, "empty") {
		t.Errorf("restored over what is there: %s", out)
	}
}
