package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/assess"
	"github.com/demarc-sec/demarc/internal/config"
	"github.com/demarc-sec/demarc/internal/vuln/store"
	"github.com/demarc-sec/demarc/internal/waive"
)

// engineFlags are shared by every command that reads an estate or the data.
type engineFlags struct {
	catalogue []string
	checks    []string
	config    string
	varFiles  []string
	vars      []string
	imports   []string
	vulnDB    string
	noProgress,
	quiet bool
	thorough bool // look for mistakes in the built-in data too
}

func (f *engineFlags) register(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringArrayVar(&f.catalogue, "catalogue", nil, "directory laid over the built-in catalogue (repeatable)")
	fl.StringArrayVar(&f.checks, "checks", nil, "directory of further checks, one folder each (repeatable)")
}

func (f *engineFlags) registerEstate(cmd *cobra.Command) {
	f.register(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.config, "config", "", "configuration file (default demarc.yaml in the assessed or current directory)")
	fl.StringArrayVar(&f.varFiles, "var-file", nil, "Terraform variable file (repeatable)")
	fl.StringArrayVar(&f.vars, "var", nil, "Terraform variable as name=value (repeatable)")
	fl.StringArrayVar(&f.imports, "import", nil, "report of another scanner whose findings take part (repeatable)")
	fl.StringVar(&f.vulnDB, "vuln-db", defaultVulnDir(), "directory of the database of vulnerabilities that servers' packages are held against")
	fl.BoolVar(&f.noProgress, "no-progress", false, "draw no progress")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "say nothing on standard error but errors")
}

// load returns the engine and the configuration for the paths.
func (f *engineFlags) load(env *Env, paths []string) (*assess.Engine, *config.Config, error) {
	cfg, err := f.findConfig(paths)
	if err != nil {
		return nil, nil, err
	}
	overlays, err := directories(append(cfg.Catalogue, f.catalogue...))
	if err != nil {
		return nil, nil, err
	}
	checks, err := directories(append(cfg.ChecksDir, f.checks...))
	if err != nil {
		return nil, nil, err
	}
	engine, err := assess.NewEngine(assess.EngineOptions{
		Catalogue: overlays, Checks: checks, Today: env.Now(), Lazy: len(overlays) == 0 && !f.thorough,
		Vulnerabilities: (&store.Live{Dir: f.vulnDB}).DB,
	})
	if err != nil {
		return nil, nil, err
	}
	if err := cfg.Validate(engine.Catalogue, engine.Checks); err != nil {
		return nil, nil, err
	}
	cfg.AddParties(engine.Catalogue)
	return engine, cfg, nil
}

func (f *engineFlags) findConfig(paths []string) (*config.Config, error) {
	if f.config != "" {
		return config.Load(f.config)
	}
	candidates := []string{config.Name}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil && info.IsDir() {
			candidates = append([]string{filepath.Join(p, config.Name)}, candidates...)
		}
	}
	for _, c := range candidates {
		if _, err := os.Stat(c); err == nil {
			return config.Load(c)
		}
	}
	return &config.Config{}, nil
}

func directories(paths []string) ([]fs.FS, error) {
	var out []fs.FS
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s: is no directory", p)
		}
		out = append(out, os.DirFS(p))
	}
	return out, nil
}

// options turns flags and configuration into those of a run.
func (f *engineFlags) options(env *Env, engine *assess.Engine, cfg *config.Config, paths []string) (assess.Options, error) {
	vars := map[string]string{}
	for _, v := range f.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			return assess.Options{}, fmt.Errorf("--var %s: write it as name=value", name)
		}
		vars[name] = value
	}
	w := &waive.Waivers{Config: cfg, Today: env.Now()}
	return assess.Options{
		Paths: paths, Imports: f.imports, VarFiles: append(cfg.VarFiles, f.varFiles...), Vars: vars, Environment: env.terraform(),
		Overrides: cfg.Overrides(engine.Catalogue), TeamOf: cfg.TeamOf, AccountOf: cfg.AccountOf, Adjust: cfg.Apply, Waive: w.For,
		Declared: cfg.DeclaredResources(engine.Catalogue),
	}, nil
}

// terraform is what the environment gives Terraform's variables.
func (e *Env) terraform() map[string]string {
	out := map[string]string{}
	for _, v := range e.Variables {
		if name, value, ok := strings.Cut(v, "="); ok && strings.HasPrefix(name, terraformVariable) {
			out[strings.TrimPrefix(name, terraformVariable)] = value
		}
	}
	return out
}

const terraformVariable = "TF_VAR_"

// progress draws what is being done on a terminal, once it has taken a
// second. The returned function clears it.
func (f *engineFlags) progress(env *Env) (tell func(string), done func()) {
	if f.noProgress || f.quiet || !env.ErrIsTerm {
		return nil, func() {}
	}
	start := time.Now()
	drawn := false
	stages := make(chan string, 16)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		stage := ""
		for {
			select {
			case s, open := <-stages:
				if !open {
					if drawn {
						fmt.Fprint(env.Err, "\r\x1b[K")
					}
					return
				}
				stage = s
			case <-tick.C:
				if elapsed := time.Since(start); elapsed > time.Second {
					drawn = true
					fmt.Fprintf(env.Err, "\r\x1b[K%s … %ds", stage, int(elapsed.Seconds()))
				}
			}
		}
	}()
	return func(s string) { stages <- s }, func() { close(stages); <-finished }
}
