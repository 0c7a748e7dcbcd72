package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/agent/packages"
)

func newPackages(out io.Writer) *cobra.Command {
	var root string
	cmd := &cobra.Command{
		Use:   "packages",
		Short: "Print the installed software as JSON",
		Long: `Packages prints what dpkg, rpm, apk and snapd say is installed, which kernel
runs, and which packages running programs have loaded. demarc vuln match reads it.`,
		Example: "  demarc-agent packages | demarc vuln match -\n  demarc-agent packages --root /mnt/image",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			info, err := os.Stat(root)
			if err != nil {
				return err
			}
			if !info.IsDir() {
				return errors.New(root + " is not a directory")
			}
			fsys := os.DirFS(root)
			inv := packages.Read(fsys)
			if root == "/" { // an image has no processes
				inv.Join(fsys, packages.Running(fsys), nil)
			}
			enc := json.NewEncoder(out)
			enc.SetIndent("", " ")
			return enc.Encode(inv)
		},
	}
	cmd.Flags().StringVar(&root, "root", "/", "root directory of the system, for one that is mounted elsewhere")
	return cmd
}
