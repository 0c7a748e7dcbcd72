package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"github.com/demarc-sec/demarc/internal/backup"
	"github.com/demarc-sec/demarc/internal/seal"
	"github.com/demarc-sec/demarc/internal/server"
	"github.com/demarc-sec/demarc/internal/store"
)

// database is where the control plane's state is, as flags say.
type database struct{ data, url string }

func (d *database) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.data, "data", defaultDataDir(), "data directory of the control plane")
	cmd.Flags().StringVar(&d.url, "database-url", os.Getenv("DEMARC_DATABASE_URL"), "PostgreSQL as postgres://… (or DEMARC_DATABASE_URL; default SQLite in the data directory)")
}

func (d *database) file() string { return filepath.Join(d.data, server.DatabaseFile) }

// complete takes what flags leave out from files, as demarc serve does.
func (d *database) complete() error { return fromFile(&d.url, "DEMARC_DATABASE_URL_FILE") }

// key is the file of the key that secrets are sealed with.
func (d *database) key() string {
	if file := os.Getenv("DEMARC_SEAL_KEY_FILE"); file != "" {
		return file
	}
	return filepath.Join(d.data, seal.FileName)
}

func (d *database) open(ctx context.Context) (*store.DB, error) {
	if d.url != "" {
		return store.Open(ctx, d.url)
	}
	return store.Open(ctx, "sqlite:"+d.file())
}

func newBackup(env *Env) *cobra.Command {
	var at database
	var recipients []string
	var withKeys bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the control plane's database into one file, while it is in use",
		Long: `Backup copies the control plane's database, as it is at one moment, into one
file, from which demarc restore makes a new database, of SQLite or PostgreSQL,
whichever this one is. A server that runs goes on meanwhile.

The secrets in it stay sealed. Their key, seal.key in the data directory, is
not in the file unless --with-keys says so; keep a copy of it elsewhere.
Who signed in, one-time links and lockouts are left out.`,
		Example: `  demarc backup demarc.backup
  demarc backup --with-keys --recipient age1… demarc.backup.age
  demarc backup --database-url postgres://demarc@db/demarc demarc.backup`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := at.complete(); err != nil {
				return err
			}
			opt := backup.Options{Program: version(), Now: env.Now()}
			for _, r := range recipients {
				to, err := age.ParseX25519Recipient(r)
				if err != nil {
					return fmt.Errorf("--recipient %.80s: write an age public key, which begins with age1", r)
				}
				opt.Recipients = append(opt.Recipients, to)
			}
			if withKeys {
				key, err := os.ReadFile(at.key())
				if err != nil {
					return err
				}
				opt.Keys = string(key)
			}
			if at.url == "" {
				if _, err := os.Stat(at.file()); err != nil {
					return err
				}
			}
			db, err := at.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return saveBackup(cmd.Context(), env, db, args[0], opt)
		},
	}
	at.flags(cmd)
	cmd.Flags().StringSliceVar(&recipients, "recipient", nil, "age public key to encrypt the file to; may be given several times")
	cmd.Flags().BoolVar(&withKeys, "with-keys", false, "put the key of the secrets into the file too")
	return cmd
}

// saveBackup puts a file in place whole or not at all, readable by its owner
// alone, and over no other.
func saveBackup(ctx context.Context, env *Env, db *store.DB, file string, opt backup.Options) (err error) {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; choose another name", file)
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	content, err := backup.Write(ctx, db, f, opt)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Out, "%s: %d rows of %d tables\n", file, content.Rows(), len(content.Tables))
	return err
}

func newRestore(env *Env) *cobra.Command {
	var at database
	var identities []string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a control plane's database of a backup",
		Long: `Restore puts what demarc backup saved into an empty database: all of it, or
nothing if the file is not as it was written. A backup of an earlier version
is brought up to date. Then the audit log is verified.

The key of the secrets is put into the data directory if the backup holds it;
otherwise put the copy of seal.key there before demarc serve is started.`,
		Example: `  demarc restore demarc.backup --data /var/lib/demarc
  demarc restore demarc.backup.age --identity key.txt --database-url postgres://demarc@db/demarc`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := at.complete(); err != nil {
				return err
			}
			keys, err := readIdentities(identities)
			if err != nil {
				return err
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			lock, err := server.Claim(at.data)
			if err != nil {
				return err
			}
			defer lock.Close()
			db, err := at.open(cmd.Context())
			if err != nil {
				return err
			}
			defer db.Close()
			return restoreBackup(cmd.Context(), env, db, at.data, f, keys)
		},
	}
	at.flags(cmd)
	cmd.Flags().StringSliceVar(&identities, "identity", nil, "file of the age key that an encrypted backup opens with")
	return cmd
}

func restoreBackup(ctx context.Context, env *Env, db *store.DB, data string, r io.Reader, identities []age.Identity) error {
	content, heads, err := backup.Restore(ctx, db, r, identities)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "restored %d rows of %d tables, saved %s by Demarc %s\n", content.Rows(), len(content.Tables), content.Made.Format("2006-01-02 15:04:05 MST"), content.Program)
	for _, h := range heads {
		fmt.Fprintf(env.Out, "the audit log of organisation %d is whole: %d entries, the last %s\n", h.Org, h.Seq, h.Hash)
	}
	key := filepath.Join(data, seal.FileName)
	switch _, err := os.Lstat(key); {
	case content.Keys == "" && err == nil:
	case content.Keys == "":
		fmt.Fprintf(env.Out, "the backup holds no key of its secrets: put the copy of %s into %s before demarc serve is started\n", seal.FileName, data)
	case err == nil:
		fmt.Fprintf(env.Out, "%s is there already and was left as it is\n", key)
	default:
		if _, err := seal.Parse(content.Keys); err != nil {
			return fmt.Errorf("the key in the backup: %w", err)
		}
		if err := os.WriteFile(key, []byte(content.Keys), 0o600); err != nil {
			return err
		}
		fmt.Fprintf(env.Out, "the key of its secrets is %s\n", key)
	}
	return nil
}

func readIdentities(files []string) (all []age.Identity, err error) {
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		ids, err := age.ParseIdentities(io.LimitReader(f, 1<<20))
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("--identity %s: it holds no age keys", name)
		}
		all = append(all, ids...)
	}
	return all, nil
}
