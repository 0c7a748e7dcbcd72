package workflow

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
	"github.com/demarc-sec/demarc/internal/source/tree"
)

// RepositoryKind is what reports call a repository that was looked at, and
// RepositoryType its resource.
const (
	RepositoryKind = "github-repository"
	RepositoryType = "github/Repository"
)

// repositoryAddress is that of the repository beside its workflows.
const repositoryAddress = "repository"

// ReadRepository yields the repository whose workflows lie in dir, absolute or
// relative to base:
//
//	security_policy  one of its files says how to report a weakness
//	code_owners      one of its files says who owns what of it
//	full_name, name  what the clone says that it is called on github.com
//
// Only names of files are looked at, and the clone's own configuration.
func ReadRepository(ctx context.Context, base, dir string, sink source.Sink) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := tree.Open(base)
	if err != nil {
		return fmt.Errorf("opening %s: %w", base, err)
	}
	defer t.Close()
	at, err := t.Rel(dir)
	if err != nil {
		return fmt.Errorf("reading %s: %w", dir, err)
	}
	root := repositoryOf(at + "/workflow")
	policy, owners := find(t, root, securityPolicy), find(t, root, codeOwners)
	body := map[string]any{"security_policy": policy != "", "code_owners": owners != ""}
	account, name := origin(t, root)
	if name != "" {
		body["full_name"], body["name"] = account+"/"+name, name
	}
	file := at
	for _, found := range []string{owners, policy, firstFile(t, at)} {
		if found != "" {
			file = found
		}
	}
	sink.Resource(&source.Resource{
		Dialect: estate.Workflow, Type: RepositoryType, Address: repositoryAddress, Name: name, Provider: "github", Root: at, Account: account,
		Location: estate.Location{File: file, Line: 1}, Body: body, Lines: map[string]int{},
	})
	return nil
}

// repositoryOf is the directory of the repository that a workflow is of.
func repositoryOf(file string) string { return path.Dir(path.Dir(path.Dir(file))) }

// Where GitHub looks for files that say something of the repository.
var (
	securityPolicy = regexp.MustCompile(`(?i)^security\.(md|markdown|rst|txt|adoc)$`)
	codeOwners     = regexp.MustCompile(`^CODEOWNERS$`)
	places         = []string{".github", ".", "docs"}
)

// find returns the first file of that name which is not empty.
func find(t *tree.Tree, root string, name *regexp.Regexp) string {
	for _, place := range places {
		dir := path.Join(root, place)
		entries, err := fs.ReadDir(t.FS(), dir)
		if err != nil {
			continue // there is none
		}
		for _, e := range entries {
			if info, err := e.Info(); err == nil && name.MatchString(e.Name()) && info.Mode().IsRegular() && info.Size() > 0 {
				return path.Join(dir, e.Name())
			}
		}
	}
	return ""
}

func firstFile(t *tree.Tree, dir string) string {
	entries, err := fs.ReadDir(t.FS(), dir)
	if err != nil {
		return ""
	}
	if i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return e.Type().IsRegular() }); i >= 0 {
		return path.Join(dir, entries[i].Name())
	}
	return ""
}

// maxGitConfig bounds a clone's configuration.
const maxGitConfig = 64 << 10

// onGitHub matches the address of a repository there, however it is written.
var onGitHub = regexp.MustCompile(`^(?:https://(?:[^/@\s]+@)?github\.com/|(?:ssh://)?git@github\.com[:/])([A-Za-z0-9-]+)/([A-Za-z0-9._-]+?)(?:\.git)?/?$`)

// origin tells what the clone in a directory says it was made from: whose
// repository, and what it is called.
func origin(t *tree.Tree, root string) (owner, name string) {
	text, err := t.Read(path.Join(root, ".git/config"), maxGitConfig)
	if err != nil {
		return "", "" // no clone, or one whose configuration lies elsewhere
	}
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || section != `[remote "origin"]` || strings.TrimSpace(key) != "url" {
			continue
		}
		if m := onGitHub.FindStringSubmatch(strings.TrimSpace(value)); m != nil {
			return m[1], m[2]
		}
	}
	return "", ""
}
