package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/demarc-sec/demarc/internal/outbound"
)

// Bounds of a checkout.
const (
	maxCheckoutFiles = 200_000
	maxCheckoutBytes = 2 << 30
	maxFileBytes     = 256 << 20
	maxTransfer      = 4 << 30
	maxCheckoutTime  = 15 * time.Minute
)

// Checkout is a repository's files in a directory.
type Checkout struct {
	Dir      string // the source's path within the checkout
	Revision string // the commit
	Skipped  int    // links that lead out, and files larger than a reader takes
}

// UsePolicy makes go-git reach HTTP servers only within the policy. The library
// has one transport for the whole process.
func UsePolicy(p outbound.Policy) {
	use(p.Client(maxCheckoutTime))
}

func use(c *http.Client) {
	c.Transport = boundedTransport{c.Transport, maxTransfer}
	client.InstallProtocol("https", githttp.NewClient(c))
	for _, other := range []string{"http", "git", "file"} {
		client.InstallProtocol(other, nil)
	}
}

// Clone fetches the newest commit of a Git source and writes its files below
// dir. Nothing of the repository is run: no hooks, filters or submodules. The
// error of a server that cannot be reached or does not let us in is one to try
// again; one that wraps ErrInvalid is not.
func (s *Sources) Clone(ctx context.Context, src Source, credential, dir string) (*Checkout, error) {
	ctx, cancel := context.WithTimeout(ctx, maxCheckoutTime)
	defer cancel()
	auth, err := s.auth(src.Config, credential)
	if err != nil {
		return nil, err
	}
	opt := &git.CloneOptions{URL: src.Config.URL, Auth: auth, Depth: 1, SingleBranch: true, NoCheckout: true, Tags: git.NoTags, RecurseSubmodules: git.NoRecurseSubmodules}
	var repo *git.Repository
	for _, ref := range references(src.Config.Ref) {
		opt.ReferenceName = ref
		store, mkErr := os.MkdirTemp(dir, "git-")
		if mkErr != nil {
			return nil, mkErr
		}
		repo, err = git.PlainCloneContext(ctx, store, true, opt)
		if !errors.As(err, &git.NoMatchingRefSpecError{}) && !errors.Is(err, plumbing.ErrReferenceNotFound) {
			break
		}
	}
	if err != nil {
		return nil, told(err, src.Config)
	}
	head, err := repo.Head()
	if err != nil {
		return nil, fmt.Errorf("%w: the repository has no commit there: %w", ErrInvalid, err)
	}
	commit, err := repo.CommitObject(head.Hash())
	if err != nil {
		return nil, fmt.Errorf("reading the commit: %w", err)
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, fmt.Errorf("reading the commit: %w", err)
	}
	work, err := Workplace(dir)
	if err != nil {
		return nil, err
	}
	out := &Checkout{Dir: filepath.Join(work, filepath.FromSlash(src.Config.Path)), Revision: head.Hash().String()}
	if out.Skipped, err = write(ctx, tree, work); err != nil {
		return nil, err
	}
	if info, err := os.Stat(out.Dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%w: the repository has no directory %s", ErrInvalid, src.Config.Path)
	}
	return out, nil
}

// Workplace makes the directory below dir that a source's files are written to.
// It is marked as a repository's root, so that an assessment reads nothing
// outside of it.
func Workplace(dir string) (string, error) {
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		return "", err
	}
	return work, os.WriteFile(filepath.Join(work, ".git"), nil, 0o600)
}

// references are what a branch or tag may be called in full.
func references(ref string) []plumbing.ReferenceName {
	switch {
	case ref == "":
		return []plumbing.ReferenceName{plumbing.HEAD}
	case strings.HasPrefix(ref, "refs/"):
		return []plumbing.ReferenceName{plumbing.ReferenceName(ref)}
	}
	return []plumbing.ReferenceName{plumbing.NewBranchReferenceName(ref), plumbing.NewTagReferenceName(ref)}
}

// told says what went wrong without the library's habit of showing URLs.
func told(err error, c Config) error {
	switch {
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed):
		return fmt.Errorf("%w: the Git server does not let us in; check the credential", ErrInvalid)
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return fmt.Errorf("%w: the Git server has no such repository, or hides it from this credential", ErrInvalid)
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return fmt.Errorf("%w: the repository is empty", ErrInvalid)
	case errors.Is(err, plumbing.ErrReferenceNotFound), errors.As(err, &git.NoMatchingRefSpecError{}):
		return fmt.Errorf("%w: the repository has no branch or tag %s", ErrInvalid, c.Ref)
	case errors.Is(err, outbound.ErrRefused):
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return fmt.Errorf("cloning the repository: %w", err)
}

// write puts the tree's files below dir. Names are those of a stranger: each is
// opened within the directory, whatever links were written before.
func write(ctx context.Context, tree *object.Tree, dir string) (skipped int, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	var files, bytes int64
	err = tree.Files().ForEach(func(f *object.File) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if files++; files > maxCheckoutFiles {
			return fmt.Errorf("%w: the repository has more than %d files", ErrInvalid, maxCheckoutFiles)
		}
		if f.Size > maxFileBytes || !local(f.Name) || f.Name == ".git" || strings.HasPrefix(f.Name, ".git/") {
			skipped++
			return nil
		}
		if bytes += f.Size; bytes > maxCheckoutBytes {
			return fmt.Errorf("%w: the repository's files are larger than %d MiB", ErrInvalid, maxCheckoutBytes>>20)
		}
		ok, err := put(root, f)
		if !ok {
			skipped++
		}
		return err
	})
	return skipped, err
}

// put writes one file or link. It reports false for what it leaves out.
func put(root *os.Root, f *object.File) (bool, error) {
	if err := root.MkdirAll(path.Dir(f.Name), 0o700); err != nil {
		return false, nil // a file where a directory should be: not a tree Git itself would write
	}
	r, err := f.Reader()
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", f.Name, err)
	}
	defer r.Close()
	if f.Mode == filemode.Symlink {
		target, err := io.ReadAll(io.LimitReader(r, 4096))
		if err != nil || path.IsAbs(string(target)) || !local(path.Join(path.Dir(f.Name), string(target))) {
			return false, err
		}
		return root.Symlink(string(target), f.Name) == nil, nil
	}
	w, err := root.OpenFile(f.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false, nil // the same
	}
	_, err = io.Copy(w, io.LimitReader(r, maxFileBytes))
	if closed := w.Close(); err == nil {
		err = closed
	}
	return err == nil, err
}

// local reports whether a slash-separated path stays where it starts. The
// empty path does.
func local(p string) bool { return p == "" || filepath.IsLocal(filepath.FromSlash(p)) }

func (s *Sources) validateGit(c Config, credential string) error {
	u, err := s.Outbound.CheckURL(c.URL, "https", "ssh")
	switch {
	case err != nil:
		return fmt.Errorf("%w: the repository's URL: %w", ErrInvalid, err)
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%w: a repository's URL has no query", ErrInvalid)
	case u.Scheme == "ssh" && strings.TrimSpace(c.KnownHosts) == "":
		return fmt.Errorf("%w: for ssh, enter the server's keys as in a known_hosts file, so that no other server can take its place", ErrInvalid)
	case len(c.Ref) > 250 || strings.ContainsAny(c.Ref, " ~^:?*[\\") || strings.Contains(c.Ref, "..") || strings.HasPrefix(c.Ref, "-"):
		return fmt.Errorf("%w: %.50q is no branch or tag", ErrInvalid, c.Ref)
	}
	if u.Scheme == "ssh" && credential != "" {
		if _, err := ssh.ParsePrivateKey([]byte(credential)); err != nil {
			return fmt.Errorf("%w: the credential is no private key without a passphrase", ErrInvalid)
		}
	}
	return nil
}

// auth returns how to sign in at the server; nil is without.
func (s *Sources) auth(c Config, credential string) (transport.AuthMethod, error) {
	u, err := s.Outbound.CheckURL(c.URL, "https", "ssh")
	if err != nil {
		return nil, fmt.Errorf("%w: the repository's URL: %w", ErrInvalid, err)
	}
	if u.Scheme == "https" {
		if credential == "" {
			return nil, nil //nolint:nilnil // a public repository
		}
		user := c.User
		if user == "" {
			user = "git"
		}
		return &githttp.BasicAuth{Username: user, Password: credential}, nil
	}
	if err := s.resolves(u); err != nil {
		return nil, err
	}
	user := u.User.Username()
	if user == "" {
		user = "git"
	}
	keys, err := gitssh.NewPublicKeys(user, []byte(credential), "")
	if err != nil {
		return nil, fmt.Errorf("%w: the credential is no private key without a passphrase", ErrInvalid)
	}
	file, err := os.CreateTemp("", "known-hosts-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(c.KnownHosts); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	if keys.HostKeyCallback, err = knownhosts.New(file.Name()); err != nil {
		return nil, fmt.Errorf("%w: the server's keys cannot be read: %w", ErrInvalid, err)
	}
	return keys, nil
}

// resolves refuses an ssh server whose name stands for an address that must
// not be reached. The library dials by itself; what a name that answers
// differently the next time could gain is a connection that ends at the host
// key.
func (s *Sources) resolves(u *url.URL) error {
	ips, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", u.Hostname())
	if err != nil {
		return fmt.Errorf("looking up the Git server: %w", err)
	}
	for _, ip := range ips {
		if !s.Outbound.Permits(ip) {
			return fmt.Errorf("%w: %w: %s", ErrInvalid, outbound.ErrRefused, ip)
		}
	}
	return nil
}

// moved reports whether two URLs are on different servers.
func moved(a, b string) bool {
	x, err1 := url.Parse(a)
	y, err2 := url.Parse(b)
	return err1 != nil || err2 != nil || x.Scheme != y.Scheme || !strings.EqualFold(x.Host, y.Host)
}
