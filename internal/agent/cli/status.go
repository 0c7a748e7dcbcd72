package cli

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/link"
)

// States that status tells.
const (
	statusActive  = "active"       // heartbeats are acknowledged
	statusSilent  = "silent"       // the agent runs, or ran, and they are not
	statusWaiting = "waiting"      // it enrols when it starts
	statusRetired = "retired"      // for good
	statusNone    = "not enrolled" // at all
)

// status is what status --json prints.
type status struct {
	State    string       `json:"state"`
	Running  bool         `json:"running"`
	Agent    string       `json:"agent,omitempty"`
	Server   string       `json:"server,omitempty"`
	Retired  string       `json:"retired,omitempty"`
	Expires  *time.Time   `json:"certificate_expires,omitempty"`
	Enrolled *time.Time   `json:"enrolled,omitempty"`
	Link     *link.Status `json:"link,omitempty"`
}

func newStatus(out io.Writer) *cobra.Command {
	var c common
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell whether the control plane hears from this host",
		Long: `Tells what the agent knows of itself. It exits with 0 when the last heartbeats were
acknowledged, and with 1 otherwise.`,
		Example: `  demarc-agent status
  demarc-agent status --json | jq .link.spool`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := c.read(cmd); err != nil {
				return err
			}
			s, err := look(link.State{Dir: c.state}, time.Now())
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(out)
				e.SetIndent("", "  ")
				err = e.Encode(s)
			} else {
				err = s.print(out, time.Now())
			}
			if err == nil && s.State != statusActive {
				err = errFound
			}
			return err
		},
	}
	c.bind(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func look(s link.State, now time.Time) (*status, error) {
	out := &status{State: statusNone}
	id, err := s.Identity()
	if errors.Is(err, link.ErrNone) {
		e, err := s.Deferred()
		if err == nil && e != nil {
			out.State, out.Server = statusWaiting, e.Server
		}
		return out, err
	}
	if err != nil {
		return nil, err
	}
	out.Agent, out.Server, out.Enrolled, out.Retired, out.State = id.Agent, id.Server, &id.Enrolled, id.Retired, statusSilent
	if block, _ := pem.Decode([]byte(id.Certificate)); block != nil {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out.Expires = &c.NotAfter
		}
	}
	if id.Retired != "" {
		out.State = statusRetired
		return out, nil
	}
	lock, err := s.Lock()
	if out.Running = errors.Is(err, link.ErrRunning); err == nil {
		lock.Close()
	}
	if out.Link, err = s.Status(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if l := out.Link; l != nil && out.Running && now.Sub(l.Acked) < 3*time.Duration(max(l.Interval, 1))*time.Second {
		out.State = statusActive
	}
	return out, nil
}

func (s *status) print(out io.Writer, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) { fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...)) } //nolint:errcheck // Flush tells
	line("State", "%s", s.State)
	if s.Server != "" {
		line("Control plane", "%s", s.Server)
	}
	if s.Agent != "" {
		line("Agent", "%s", s.Agent)
	}
	if s.Retired != "" {
		line("Retired", "%s", s.Retired)
	}
	if s.Expires != nil {
		line("Certificate", "until %s", s.Expires.UTC().Format(time.DateTime))
	}
	if l := s.Link; l != nil {
		heard := "never"
		if !l.Acked.IsZero() {
			heard = now.Sub(l.Acked).Round(time.Second).String() + " ago"
		}
		line("Acknowledged", "%s (heartbeat %d)", heard, l.Sequence)
		if l.Error != "" {
			line("Last error", "%s", l.Error)
		}
		line("Clock", "%+d ms to the control plane's", l.Offset)
		line("Spool", "%d waiting, %d dropped, %d KiB", l.Spool.Last-l.Spool.Acked, l.Spool.Dropped, l.Spool.Bytes>>10)
		for _, m := range l.Modules {
			why := ""
			if m.Reason != "" {
				why = ": " + m.Reason
			}
			line("Part "+m.Name, "%s, %.2f s of processor%s", m.State, m.CPU, why)
		}
	}
	return w.Flush()
}
