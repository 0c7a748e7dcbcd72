package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/seal"
)

const secret = "hunter2 hunter2"

func TestSeal(t *testing.T) {
	ctx := t.Context()
	k, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal(ctx, "a", []byte(secret))
	if err != nil || bytes.Contains(sealed, []byte("hunter2")) {
		t.Fatalf("sealed as %q, %v", sealed, err)
	}
	if got, err := k.Open(ctx, "a", sealed); err != nil || string(got) != secret {
		t.Errorf("opened as %q, %v", got, err)
	}
	other, err := seal.LoadOrCreate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another label":  func() ([]byte, error) { return k.Open(ctx, "b", sealed) },
		"a longer label": func() ([]byte, error) { return k.Open(ctx, "ah", sealed) },
		"another key":    func() ([]byte, error) { return other.Open(ctx, "a", sealed) },
		"changed":        func() ([]byte, error) { return k.Open(ctx, "a", changed) },
		"cut off":        func() ([]byte, error) { return k.Open(ctx, "a", sealed[:len(sealed)-1]) },
		"nothing":        func() ([]byte, error) { return k.Open(ctx, "a", nil) },
	} {
		if got, err := open(); !errors.Is(err, seal.ErrOpen) || got != nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := k.Seal(ctx, "a", make([]byte, seal.MaxSecret+1)); err == nil {
		t.Error("a secret of any length is taken")
	}
	if got, err := k.Seal(ctx, "a", nil); err != nil {
		t.Errorf("an empty secret: %v", err)
	} else if open, err := k.Open(ctx, "a", got); err != nil || len(open) != 0 {
		t.Errorf("an empty secret opens as %q, %v", open, err)
	}
}

func TestRotate(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	old, err := seal.LoadOrCreate(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := old.Seal(ctx, "a", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, seal.FileName)
	if _, err := seal.Rotate(file); err != nil {
		t.Fatal(err)
	}
	k, err := seal.LoadOrCreate(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Open(ctx, "a", before); err != nil || string(got) != secret {
		t.Errorf("what was sealed before opens as %q, %v", got, err)
	}
	after, err := k.Seal(ctx, "a", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Open(ctx, "a", after); err == nil {
		t.Error("the old key seals still")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("the directory holds %v, %v", left, err)
	}
	if info, err := os.Stat(file); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("the key file is %v, %v", info.Mode(), err)
	}
}

// A key that others may read, or that is none, is refused without being shown.
func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := seal.LoadOrCreate(dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, seal.FileName)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Parse(string(text)); err != nil {
		t.Errorf("the file's text as a variable: %v", err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.LoadOrCreate(dir); runtime.GOOS != "windows" && (err == nil || !strings.Contains(err.Error(), "chmod 600")) {
		t.Errorf("a key that others may read: %v", err)
	}
	key := string(text)[strings.Index(string(text), "AGE-SECRET"):]
	for _, bad := range []string{"", "# nothing", key[:40], "x\n" + key, key[:len(key)-3]} {
		if _, err := seal.Parse(bad); err == nil || strings.Contains(err.Error(), key[16:30]) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if _, err := seal.Rotate(filepath.Join(dir, "none")); err == nil {
		t.Error("a key that is not there is rotated")
	}
}
