package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/assess"
	live "github.com/demarc-sec/demarc/internal/collect/kubernetes"
)

func newPermissions(env *Env) *cobra.Command {
	cmd := &cobra.Command{Use: "permissions", Short: "Print the least rights that reading a running estate takes"}
	cmd.AddCommand(newPermissionsKubernetes(env))
	return cmd
}

func newPermissionsKubernetes(env *Env) *cobra.Command {
	var f engineFlags
	var kubelet bool
	cmd := &cobra.Command{
		Use:   "kubernetes",
		Short: "Print the role that reading a cluster takes, as YAML",
		Long: `Kubernetes prints a ClusterRole, a ServiceAccount and their binding. The role
lists the types of objects that the catalogue knows, and allows no change.

Secrets are in it because Kubernetes has no right for their names alone; Demarc
asks the server for a table without values. The settings of node agents are not
in it: the right to read them is one to run commands on nodes as well.`,
		Example: `  demarc permissions kubernetes | kubectl apply -f -
  demarc permissions kubernetes --kubelet`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			overlays, err := directories(f.catalogue)
			if err != nil {
				return err
			}
			engine, err := assess.NewEngine(assess.EngineOptions{Catalogue: overlays, Today: env.Now(), Lazy: len(overlays) == 0})
			if err != nil {
				return err
			}
			_, err = io.WriteString(env.Out, live.Role(assess.ClusterTypes(engine.Catalogue), kubelet))
			return err
		},
	}
	cmd.Flags().StringArrayVar(&f.catalogue, "catalogue", nil, "directory laid over the built-in catalogue (repeatable)")
	cmd.Flags().BoolVar(&kubelet, "kubelet", false, "with the right to read the settings of node agents, which is a dangerous one")
	return cmd
}
