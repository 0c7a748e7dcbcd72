package cli

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/demarc-sec/demarc/internal/memory"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"demarc": func() {
			memory.Tune()
			os.Exit(Run(context.Background(), os.Args[1:], System()))
		},
	})
}

// TestScripts tells the command line's stories: one file each, the first
// word of its name is the command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DEMARC_TODAY", "2026-11-23")
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"controlplane": serveScript, "zipdir": zipScript},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// zipScript packs a directory's files into all.zip in it.
func zipScript(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	ts.Check(z.AddFS(os.DirFS(ts.MkAbs(args[0]))))
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+"/all.zip"), b.Bytes(), 0o600))
}
