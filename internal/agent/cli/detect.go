package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/detections"
	"github.com/demarc-sec/demarc/internal/agent/logs"
	"github.com/demarc-sec/demarc/internal/detect"
)

type detectFlags struct {
	rules   []string
	only    bool
	off     []string
	logs    []string
	journal bool
	since   string
	follow  bool
	json    bool
}

func newDetect(in io.Reader, out, errs io.Writer) *cobra.Command {
	var f detectFlags
	cmd := &cobra.Command{
		Use:   "detect",
		Short: "Look for signs of intrusion in this server's logs",
		Long: `Holds logs against rules in the Sigma format, those that come with the agent and any
directory of yours. Nothing is changed and nothing is sent. Without --log and --journal
it reads the logs that this server has.

Exit codes: 0 nothing was found, 1 something was, 2 a log could not be read, or
there was nothing in any. Rules that
cannot be used are told of on standard error; the others are used.`,
		Example: `  demarc-agent detect
  demarc-agent detect --rules sigma/rules/linux --log /var/log/auth.log --json
  demarc-agent detect --journal --since -1h
  zcat /var/log/auth.log.2.gz | demarc-agent detect --log -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), in, out, errs) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.rules, "rules", nil, "a `directory` of Sigma rules besides those that come with the agent")
	flags.BoolVar(&f.only, "only", false, "use the rules of --rules alone")
	flags.StringSliceVar(&f.off, "off", nil, "`names` of rules that are not wanted")
	flags.StringArrayVar(&f.logs, "log", nil, "read the `file`; - is standard input")
	flags.BoolVar(&f.journal, "journal", false, "read the journal")
	flags.StringVar(&f.since, "since", "-1d", "from when on the journal is read, as journalctl takes it")
	flags.BoolVar(&f.follow, "follow", false, "wait for what is logged from now on, until it is stopped")
	flags.BoolVar(&f.json, "json", false, "one JSON object for each sign, in a line")
	return cmd
}

func (f *detectFlags) run(ctx context.Context, in io.Reader, out, errs io.Writer) error {
	if f.only && len(f.rules) == 0 {
		return errors.New("--only needs --rules")
	}
	rules, problems, err := loadRules(f.only, f.off, f.rules)
	if err != nil {
		return err
	}
	for _, p := range problems {
		_, _ = fmt.Fprintln(errs, p.Error())
	}
	if len(rules.All) == 0 {
		return errors.New("no rule can be used")
	}
	found := false
	var failed error
	engine := rules.Engine()
	tell := func(a *detect.Alert) {
		found = true
		if err := f.print(out, a); err != nil {
			failed = err
		}
	}
	events := 0
	p := &logs.Parser{Now: time.Now, Emit: func(e *detect.Event) { events++; engine.See(e, tell) }}
	files, journal := f.logs, f.journal
	if len(files) == 0 && !journal {
		files, journal = logs.Present(nil), logs.HasJournal()
	}
	if f.follow {
		failed = errors.Join(logs.Follow(ctx, p, files, journal, logs.Hooks{}), failed)
	} else {
		failed = errors.Join(f.once(ctx, p, in, files, journal), failed)
	}
	if failed == nil && events == 0 && !f.follow {
		return errors.New("the logs have no lines, which tells nothing; name one with --log, or an earlier --since")
	}
	if failed == nil && found {
		return errFound
	}
	return failed
}

// once reads what the logs have. One that cannot be read does not keep from the others.
func (f *detectFlags) once(ctx context.Context, p *logs.Parser, in io.Reader, files []string, journal bool) error {
	var all error
	for _, name := range files {
		r := in
		if name != "-" {
			file, err := os.Open(name) //nolint:gosec // named by who runs it
			if err != nil {
				all = errors.Join(all, err)
				continue
			}
			defer file.Close()
			r = file
		}
		if err := logs.Lines(ctx, r, p.Line); err != nil {
			all = errors.Join(all, fmt.Errorf("%s: %w", name, err))
		}
		p.Flush()
	}
	if journal {
		j := logs.Journal{Since: f.since}
		all = errors.Join(all, j.Run(ctx, p))
	}
	return all
}

func (f *detectFlags) print(out io.Writer, a *detect.Alert) error {
	if f.json {
		return json.NewEncoder(out).Encode(a)
	}
	w := bufio.NewWriter(out)
	_, _ = fmt.Fprintf(w, "%s %-8s %s (%s", a.When.Format(time.RFC3339), a.Severity, printable(a.Title), printable(a.Rule))
	if len(a.Techniques) > 0 {
		_, _ = fmt.Fprintf(w, ", %s", strings.Join(a.Techniques, " "))
	}
	_, _ = fmt.Fprintf(w, ", %d)\n    %s\n", a.Count, printable(a.Text))
	return w.Flush()
}

// printable keeps what a log says from commanding the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

// loadRules reads the rules that come with the agent, unless only those of directories
// are wanted.
func loadRules(only bool, off, dirs []string) (*detect.Rules, []detect.Problem, error) {
	var all []detect.Dir
	if !only {
		all = append(all, detect.Dir{Name: "detections", FS: detections.FS})
	}
	for _, d := range dirs {
		if info, err := os.Stat(d); err != nil {
			return nil, nil, err
		} else if !info.IsDir() {
			return nil, nil, fmt.Errorf("%s is no directory; name the one that has the rules", d)
		}
		all = append(all, detect.Dir{Name: d, FS: os.DirFS(d)})
	}
	rules, problems := detect.Load(off, all...)
	return rules, problems, nil
}
