package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/inventory"
	"github.com/demarc-sec/demarc/internal/jobs"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/vuln"
	"github.com/demarc-sec/demarc/internal/vuln/feed"
)

func newServe(env *Env) *cobra.Command {
	var cfg server.Config
	var proxies, networks []string
	var logFormat, logLevel, organisation, demo, rescue, signIn string
	var keepDays int
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the control plane: the estate's ledger over time, with an API and a console",
		Long: `Serve runs the control plane. Without any flag it needs nothing else: the
database and the work queue are in the process and their files in the data
directory. With --database-url and --nats-url many replicas work together.`,
		Example: `  demarc serve
  demarc serve --tls-self-signed --listen 0.0.0.0:8443
  demarc serve --database-url postgres://demarc@db/demarc --nats-url nats://n1,nats://n2 --public-url https://demarc.example.com`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := newLog(env, logFormat, logLevel)
			if err != nil {
				return err
			}
			if cfg.Proxies, err = parsePrefixes("--trusted-proxy", proxies); err != nil {
				return err
			}
			if cfg.Networks, err = parsePrefixes("--allow-network", networks); err != nil {
				return err
			}
			for value, variable := range map[*string]string{&cfg.DatabaseURL: "DEMARC_DATABASE_URL_FILE", &cfg.NATSURL: "DEMARC_NATS_URL_FILE", &cfg.Mail: "DEMARC_SMTP_URL_FILE"} {
				if err := fromFile(value, variable); err != nil {
					return err
				}
			}
			if signIn != "" {
				if cfg.Providers, err = readProviders(signIn); err != nil {
					return err
				}
			}
			if keepDays < 0 {
				return fmt.Errorf("--keep-days %d: write how many days of history to keep, or 0 for all", keepDays)
			}
			cfg.Keep = time.Duration(keepDays) * 24 * time.Hour
			cfg.Log, cfg.Now, cfg.Version = log, env.Now, version()
			if demo != "" {
				if cfg.DataDir, err = os.MkdirTemp("", "demarc-demo-"); err != nil {
					return err
				}
				defer os.RemoveAll(cfg.DataDir)
				cfg.DatabaseURL, cfg.NATSURL, organisation = "", "", "Fernhill (an example)"
			}
			s, err := server.New(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer s.Close() //nolint:errcheck // what Run returned is what matters
			return serve(cmd.Context(), env, s, organisation, demo, rescue)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&cfg.DataDir, "data", defaultDataDir(), "directory for the database, the work queue, keys and certificates")
	fl.StringVar(&cfg.DatabaseURL, "database-url", os.Getenv("DEMARC_DATABASE_URL"), "PostgreSQL as postgres://… (or DEMARC_DATABASE_URL; default SQLite in the data directory)")
	fl.StringVar(&cfg.SealKey, "seal-key", os.Getenv("DEMARC_SEAL_KEY_FILE"), "file of the key of secrets in the database, the same for all replicas (or DEMARC_SEAL_KEY_FILE; default seal.key in the data directory, made if it is not there)")
	fl.StringVar(&cfg.NATSURL, "nats-url", os.Getenv("DEMARC_NATS_URL"), "NATS with JetStream as nats://…, several by comma (or DEMARC_NATS_URL; default in the process)")
	fl.StringVar(&cfg.Listen, "listen", "", "address to listen at (default 127.0.0.1:8080, with TLS 127.0.0.1:8443)")
	fl.StringVar(&cfg.PublicURL, "public-url", "", "URL by which browsers reach it")
	fl.StringVar(&cfg.Metrics, "metrics", "", "address to serve Prometheus metrics at, such as 127.0.0.1:9464 (default none)")
	fl.StringVar(&cfg.Mail, "smtp-url", os.Getenv("DEMARC_SMTP_URL"), "mail server of links that people ask for, as smtp://user:password@host:587?from=demarc@example.com (or DEMARC_SMTP_URL; default none)")
	fl.StringVar(&signIn, "sign-in", "", "file of the OpenID Connect providers by which people sign in (docs/operating.md)")
	fl.StringVar(&cfg.Agents, "agents", "", "directory of agents that servers install from here, as make packages leaves them in bin/packages (default none are offered)")
	patchingFlags(cmd, &cfg.Patching)
	fl.StringVar(&cfg.TLS.CertFile, "tls-cert", "", "certificate file, read again when it changes")
	fl.StringVar(&cfg.TLS.KeyFile, "tls-key", "", "its key file")
	fl.BoolVar(&cfg.TLS.SelfSigned, "tls-self-signed", false, "serve with a certificate of its own making, for a trial")
	fl.StringSliceVar(&cfg.TLS.ACME, "tls-acme", nil, "host names to get certificates for from Let's Encrypt")
	fl.StringSliceVar(&proxies, "trusted-proxy", nil, "address or network of proxies whose X-Forwarded-For is believed")
	fl.StringSliceVar(&networks, "allow-network", nil, "network of your own that Git sources and notifications may reach, such as 10.2.0.0/16")
	fl.StringVar(&organisation, "organisation", "Our organisation", "name of the organisation that is made where there is none")
	fl.StringVar(&rescue, "rescue", "", "print a link by which the person with this e-mail address, who cannot get in any more, sets a new password")
	fl.StringVar(&demo, "demo", "", "show an assessment of this directory, with a data directory that goes when the server ends")
	fl.IntVar(&keepDays, "keep-days", inventory.MaxTrend, "days for which history is kept: changes, trend, snapshots but the latest, and what is gone; 0 keeps all")
	fl.IntVar(&cfg.Workers, "workers", 0, "assessments to run at a time (default one for every two processors)")
	fl.StringVar(&logFormat, "log-format", "text", "text or json")
	fl.StringVar(&logLevel, "log-level", "info", "debug, info, warn or error")
	return cmd
}

// patchingFlags are those of the database of vulnerabilities.
func patchingFlags(cmd *cobra.Command, p *server.Patching) {
	p.MaxAge = vuln.DefaultPolicy.MaxAge
	fl := cmd.Flags()
	fl.StringVar(&p.Dir, "vuln-db", "", "directory of the database of vulnerabilities that servers' packages are held against (default vulnerabilities in the data directory)")
	fl.StringVar(&p.Mirror, "vuln-mirror", "", "keep that database up to date from here: osv for OSV's bucket, or the URL, directory or zip of a mirror (default it is left as it is)")
	fl.DurationVar(&p.Every, "vuln-every", 12*time.Hour, "how often it is updated")
	fl.StringArrayVar(&p.Families, "vuln-ecosystem", nil, "only this ecosystem, as OSV names it; repeatable: "+strings.Join(feed.Families, ", "))
	fl.StringVar(&p.EPSS, "vuln-epss", "", "URL or file of EPSS scores, or none (default beside the mirror's zips)")
	fl.StringVar(&p.KEV, "vuln-kev", "", "URL or file of CISA's catalogue of exploited vulnerabilities, or none (default beside the mirror's zips)")
	daysFlag(cmd, &p.MaxAge, "vuln-max-age", "data older than this many days evaluates nothing")
}

// fromFile reads a setting that is empty from the file that a variable names,
// which is how orchestrators hand secrets over.
func fromFile(value *string, variable string) error {
	file := os.Getenv(variable)
	if *value != "" || file == "" {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	if *value = strings.TrimSpace(string(text)); *value == "" {
		return fmt.Errorf("%s: the file %s is empty", variable, file)
	}
	return nil
}

// serve tells where the server is, and how to get in where nobody is in yet,
// and runs it.
func serve(ctx context.Context, env *Env, s *server.Server, organisation, demo, rescue string) error {
	links, err := s.First(ctx, organisation)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Err, "Demarc is at %s\n", s.URL)
	for _, link := range links {
		fmt.Fprintf(env.Err, "The first administrator joins by this link, which holds once and for a day:\n\n  %s\n\n", link)
	}
	if rescue != "" {
		link, err := s.Rescue(ctx, rescue)
		if err != nil {
			return err
		}
		fmt.Fprintf(env.Err, "%s sets a new password by this link, which holds once and for a day, and takes a lost authenticator app away:\n\n  %s\n\n", rescue, link)
	}
	if demo != "" {
		wait, err := s.Demo(ctx, demo)
		if err != nil {
			return fmt.Errorf("setting the demonstration up: %w", err)
		}
		go func() {
			switch job, err := wait(ctx); {
			case err != nil: // it ends
			case job.State == jobs.Done:
				fmt.Fprintf(env.Err, "%s is assessed. Stop with Ctrl-C; nothing is kept.\n", demo)
			default:
				fmt.Fprintf(env.Err, "%s could not be assessed: %s\n", demo, job.Problem)
			}
		}()
	}
	return s.Run(ctx)
}

func newLog(env *Env, format, level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level %s: choose debug, info, warn or error", level)
	}
	opt := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(env.Err, opt)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(env.Err, opt)), nil
	}
	return nil, fmt.Errorf("--log-format %s: choose text or json", format)
}

// defaultDataDir is where a program of this user keeps its state.
func defaultDataDir() string {
	if dir := os.Getenv("DEMARC_DATA"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "demarc")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "demarc")
	}
	return "demarc-data"
}

func parsePrefixes(flag string, texts []string) (out []netip.Prefix, err error) {
	for _, t := range texts {
		prefix, err := netip.ParsePrefix(t)
		if ip, ipErr := netip.ParseAddr(t); ipErr == nil {
			prefix, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: write an address or a network such as 10.0.0.0/8", flag, t)
		}
		out = append(out, prefix)
	}
	return out, nil
}
