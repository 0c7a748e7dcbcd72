package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/demarc-sec/demarc/internal/report"
	"github.com/demarc-sec/demarc/internal/report/csvreport"
	"github.com/demarc-sec/demarc/internal/report/htmlreport"
	"github.com/demarc-sec/demarc/internal/report/jsonreport"
	"github.com/demarc-sec/demarc/internal/report/junit"
	"github.com/demarc-sec/demarc/internal/report/markdown"
	"github.com/demarc-sec/demarc/internal/report/sarif"
	"github.com/demarc-sec/demarc/internal/report/terminal"
)

// writer is one --format with its --output.
type writer struct {
	format report.Format
	path   string // "-" is standard output
}

func (w writer) write(env *Env, a *report.Assessment) error {
	if w.path == "-" {
		return flush(env.Out, func(b io.Writer) error { return w.format.Write(b, a) })
	}
	return writeFile(w.path, func(b io.Writer) error { return w.format.Write(b, a) })
}

func flush(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// writeFile writes beside the target and renames, so that a failed run leaves
// the old report whole. A device or a pipe is written to as it is: to rename
// over /dev/null would put a file in its place.
func writeFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(flush(f, write), f.Close())
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".demarc-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	if err := flush(tmp, write); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Chmod(0o644); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func (f *assessFlags) writers(env *Env, paths []string) ([]writer, error) {
	names := f.formats
	if len(names) == 0 {
		names = []string{"terminal"}
		if len(f.outputs) == 1 {
			names[0] = formatOf(f.outputs[0])
		}
	}
	if len(f.outputs) > len(names) {
		return nil, fmt.Errorf("%d --output for %d --format; each --output belongs to the --format at the same place", len(f.outputs), len(names))
	}
	var out []writer
	for i, name := range names {
		w := writer{path: "-"}
		if i < len(f.outputs) {
			w.path = f.outputs[i]
		}
		switch name {
		case "terminal":
			o := terminalOptions(env, f.verbose)
			if w.path != "-" {
				o.Colour, o.Width = false, 0
			}
			w.format = terminal.Format{Options: o}
		case "json":
			w.format = jsonreport.Format{Indent: w.path == "-" && env.Width > 0}
		case "sarif":
			w.format = sarif.Format{Indent: true}
		case "html":
			w.format = htmlreport.Format{Complete: "demarc assess --format json " + strings.Join(paths, " ")}
		case "markdown":
			w.format = markdown.Format{}
		case "csv":
			w.format = csvreport.Format{}
		case "csv-duties":
			w.format = csvreport.Format{Duties: true}
		case "junit":
			w.format = junit.Format{}
		default:
			return nil, fmt.Errorf("no format %q; choose terminal, json, sarif, html, markdown, csv, csv-duties or junit", name)
		}
		out = append(out, w)
	}
	return out, nil
}

// formatOf guesses the format from a file's name.
func formatOf(path string) string {
	switch filepath.Ext(path) {
	case ".json":
		return "json"
	case ".sarif":
		return "sarif"
	case ".html", ".htm":
		return "html"
	case ".md":
		return "markdown"
	case ".csv":
		return "csv"
	case ".xml":
		return "junit"
	}
	return "terminal"
}

func terminalOptions(env *Env, verbose bool) terminal.Options {
	return terminal.Options{Colour: env.Colour, Width: env.Width, Verbose: verbose}
}
