package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/host"
)

func newScan(out io.Writer) *cobra.Command {
	var root, file string
	var roles, listeners []string
	cmd := &cobra.Command{
		Use:   "scan",
		Short: "Read this server's configuration and inventory into a document",
		Long: `Reads what the server is, how it is configured and what runs on it, and prints that as one JSON document,
for "demarc assess". Nothing is changed and nothing is sent. What this user may not read is listed in the document
as a gap, so run it as root for a full one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			doc, err := scan(cmd.Context(), root, roles, listeners, nil)
			if err != nil {
				return err
			}
			return writeDocument(doc, file, out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&root, "root", "/", "read the `directory` as the root of a server, such as a mounted image")
	f.StringVarP(&file, "output", "o", "", "write to the `file` instead of standard output")
	f.StringSliceVar(&roles, "role", nil, "what the server is for (web, db, bastion, k8s-node, router, build …), instead of what its services show")
	f.StringSliceVar(&listeners, "listener", nil, "what may listen beyond loopback: a port, a program, or program/port")
	return cmd
}

// scan reads the document of the running system, or of a directory.
func scan(ctx context.Context, dir string, roles, listeners []string, walk *host.Walk) (*host.Document, error) {
	opt := host.Options{Agent: version(), Roles: roles, Listeners: listeners, Walk: walk}
	if runtime.GOOS != "linux" {
		sys := host.Native()
		if sys == nil || dir != "/" {
			return nil, errors.New("scan reads Linux, and of the running system Windows and macOS")
		}
		return host.Describe(sys, opt), nil
	}
	if dir == "/" {
		opt.Root, opt.Running, opt.Live = os.DirFS("/"), true, host.Running()
		return host.Collect(ctx, opt), nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	opt.Root = root.FS()
	return host.Collect(ctx, opt), nil
}

func writeDocument(doc *host.Document, file string, out io.Writer) error {
	text, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if file == "" {
		_, err = out.Write(text)
		return err
	}
	if err := os.WriteFile(file, text, 0o600); err != nil { // it tells an attacker where to look
		return fmt.Errorf("writing the document: %w", err)
	}
	return nil
}
