package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/atomicfile"
	"github.com/demarc-sec/demarc/internal/agent/link"
)

// enrolFlags say where to enrol and as what.
type enrolFlags struct {
	common
	link.Enrolment

	tokenFile, caFile string
	force             bool
	metadata          string
}

func newEnrol(in io.Reader, out io.Writer) *cobra.Command {
	var f enrolFlags
	cmd := &cobra.Command{
		Use:   "enrol",
		Short: "Give this host an identity with a control plane",
		Long: `Makes a key on this host, which never leaves it, and asks the control plane for
a certificate. The token comes from the control plane: with demarc, or in its
console under Servers. Better than on the command line, where others may see it, it
stands in a file, on standard input or in DEMARC_AGENT_TOKEN.

Where the host has an identity with that control plane already, nothing is done.`,
		Example: `  demarc-agent enrol --server https://demarc.example.com --token-file /root/token
  echo "$TOKEN" | demarc-agent enrol --server https://demarc.example.com --token-file - --label role=web
  demarc-agent enrol --server https://10.0.0.5:8443 --ca-fingerprint 9f86d081… --token-file token
  demarc-agent enrol --defer --ephemeral --server https://demarc.example.com --token-file token   # in an image`,
		Args: cobra.NoArgs,
	}
	later := false
	flags := cmd.Flags()
	f.bind(flags)
	flags.StringVar(&f.Server, "server", "", "address of the control plane, https://…")
	flags.StringVar(&f.Token, "token", "", "token for enrolment")
	flags.StringVar(&f.tokenFile, "token-file", "", "file with the token; - is standard input")
	flags.StringVar(&f.caFile, "ca-file", "", "PEM file of the authorities of the control plane's certificate, in place of the system's")
	flags.StringVar(&f.Pin, "ca-fingerprint", "", "SHA-256 of a certificate that the control plane shows, its own or its authority's")
	flags.StringVar(&f.Proxy, "proxy", "", "proxy to the control plane; without it, what HTTPS_PROXY says")
	flags.StringArrayVar(&f.Labels, "label", nil, "key=value by which the host is found; may be given again")
	flags.BoolVar(&f.Ephemeral, "ephemeral", false, "the host is one of many that come and go: it retires by itself")
	flags.StringVar(&f.Cloud, "cloud", "auto", "whose identity document the host shows: auto, none, "+strings.Join(link.Clouds, ", "))
	flags.BoolVar(&f.force, "force", false, "enrol anew where there is an identity; what was not sent yet is lost")
	flags.BoolVar(&later, "defer", false, "keep this for the first start: in images, which must not have an identity")
	flags.StringVar(&f.metadata, "metadata", "", "address of the metadata service, for tests")
	_ = flags.MarkHidden("metadata")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := f.prepare(cmd, in); err != nil {
			return err
		}
		return f.enrol(cmd.Context(), out, later)
	}
	return cmd
}

// prepare reads what flags point at.
func (f *enrolFlags) prepare(cmd *cobra.Command, in io.Reader) error {
	if err := f.read(cmd); err != nil {
		return err
	}
	if f.Server == "" {
		return errors.New("--server says where the control plane is, like https://demarc.example.com")
	}
	if f.Token == "" {
		token, err := readToken(f.tokenFile, in)
		if err != nil {
			return err
		}
		f.Token = token
	}
	if f.caFile != "" {
		b, err := atomicfile.Read(f.caFile, 1<<20)
		if err != nil {
			return err
		}
		f.CA = string(b)
	}
	return f.Check()
}

func readToken(path string, in io.Reader) (string, error) {
	var b []byte
	var err error
	switch path {
	case "":
		return strings.TrimSpace(os.Getenv("DEMARC_AGENT_TOKEN")), nil
	case "-":
		b, err = io.ReadAll(io.LimitReader(in, 4096))
	default:
		b, err = atomicfile.Read(path, 4096)
	}
	return strings.TrimSpace(string(b)), err
}

func (f *enrolFlags) enrol(ctx context.Context, out io.Writer, later bool) (err error) {
	s, err := link.OpenState(f.state)
	if err != nil {
		return err
	}
	lock, err := s.Lock()
	if errors.Is(err, link.ErrRunning) {
		return fmt.Errorf("%w; stop it first: systemctl stop demarc-agent", err)
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	defer func() { err = errors.Join(err, s.Own()) }()
	id, err := s.Identity()
	switch {
	case errors.Is(err, link.ErrNone):
	case err != nil && !f.force:
		return err
	case err == nil && later && !f.force:
		return fmt.Errorf("this host has an identity, which must not be in an image; remove it first, with rm -r %s, or give --force", f.state)
	case err == nil && id.Retired == "" && id.Server == f.Server && !f.force:
		_, err := fmt.Fprintf(out, "This host is enrolled with %s already, as %s.\n", id.Server, id.Agent)
		return err
	case err == nil && id.Retired == "" && !f.force:
		return fmt.Errorf("this host is enrolled with %s, as %s; --force has it leave there", id.Server, id.Agent)
	default: // a new identity has a new key
		if err := s.Forget(); err != nil {
			return err
		}
	}
	if later {
		if err := s.Defer(&f.Enrolment); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "This host enrols with %s when the agent starts.\n", f.Server)
		return err
	}
	id, err = enrolNow(ctx, s, &f.Enrolment, f.metadata)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "This host is enrolled with %s, as %s.\n", id.Server, id.Agent)
	return err
}

// enrolNow asks for an identity once.
func enrolNow(ctx context.Context, s link.State, e *link.Enrolment, metadata string) (*link.Identity, error) {
	about, err := link.About(version(), e.Labels)
	if err != nil {
		return nil, err
	}
	doc, err := link.Metadata{Base: metadata}.Document(ctx, e.Cloud, e.Server)
	if err != nil && e.Cloud != "auto" && e.Cloud != "" { // asked for by name
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	return s.Enrol(ctx, e, about, doc)
}
