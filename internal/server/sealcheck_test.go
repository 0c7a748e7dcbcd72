package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/demarc-sec/demarc/internal/seal"
)

// opened starts a server on a database with a key and closes it again.
func opened(t *testing.T, database, key string) error {
	t.Helper()
	s, err := New(t.Context(), Config{DataDir: t.TempDir(), DatabaseURL: database, SealKey: key, Listen: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	return s.Close()
}

// A replica with a key of its own says so when it starts, and one whose key was
// rotated starts as long as it has the one before.
func TestSealCheck(t *testing.T) {
	dir := t.TempDir()
	database := "sqlite:" + filepath.Join(dir, "shared.db")
	keys := []string{t.TempDir(), t.TempDir()}
	for i := range keys {
		if _, err := seal.LoadOrCreate(keys[i]); err != nil {
			t.Fatal(err)
		}
		keys[i] = filepath.Join(keys[i], seal.FileName)
	}
	old := filepath.Join(t.TempDir(), seal.FileName)
	text, err := os.ReadFile(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := opened(t, database, keys[0]); err != nil {
			t.Fatalf("the first key, and again: %v", err)
		}
	}
	err = opened(t, database, keys[1])
	if err == nil || !strings.Contains(err.Error(), "every replica needs the same key") || !strings.Contains(err.Error(), keys[1]) {
		t.Errorf("another key: %v", err)
	}
	if _, err := seal.Rotate(keys[0]); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, database, keys[0]); err != nil {
		t.Errorf("rotated: %v", err)
	}
	if err := opened(t, database, old); err == nil {
		t.Error("a replica that lacks the new key would not open what others seal, and started")
	}
}
