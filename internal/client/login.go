package client

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The environment variables that stand above what was stored.
const (
	URLVariable   = "DEMARC_URL"
	TokenVariable = "DEMARC_TOKEN" //nolint:gosec // a name
)

// ErrNoLogin says that nobody said which control plane to ask.
var ErrNoLogin = errors.New("no control plane is known; run `demarc login URL --token-stdin`, or set DEMARC_URL and DEMARC_TOKEN")

// login is what is stored of a login.
type login struct {
	Default string            `json:"default"` // the control plane that was logged in to last
	Tokens  map[string]string `json:"tokens"`  // by URL
}

func loginFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("finding the directory for the login: %w", err)
	}
	return filepath.Join(dir, "demarc", "login.json"), nil
}

func readLogin() (*login, error) {
	l := &login{Tokens: map[string]string{}}
	file, err := loginFile()
	if err != nil {
		return l, nil //nolint:nilerr // without such a directory nothing is stored
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others; chmod 600 it", file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, l); err != nil {
		return nil, fmt.Errorf("%s: %w; log in again", file, err)
	}
	if l.Tokens == nil {
		l.Tokens = map[string]string{}
	}
	return l, nil
}

// Remember stores the client's token for its control plane, where nobody but
// this user may read it, and returns the file.
func (c *Client) Remember() (string, error) {
	l, err := readLogin()
	if err != nil {
		return "", err
	}
	l.Default, l.Tokens[c.URL] = c.URL, c.Token
	file, err := loginFile()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(l, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".login-*") // made 0600
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(append(text, '\n'))
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(tmp.Name()))
	}
	return file, nil
}

// Known returns a client for an address, or where it is empty for what the
// environment names or what was logged in to last.
func Known(address, version string) (*Client, error) {
	token := os.Getenv(TokenVariable)
	if address == "" {
		address = os.Getenv(URLVariable)
	}
	if address != "" && token != "" {
		return New(address, strings.TrimSpace(token), version)
	}
	l, err := readLogin()
	if err != nil {
		return nil, err
	}
	if address == "" {
		address = l.Default
	}
	if address == "" {
		return nil, ErrNoLogin
	}
	c, err := New(address, token, version)
	if err != nil {
		return nil, err
	}
	if c.Token == "" {
		c.Token = l.Tokens[c.URL]
	}
	if c.Token == "" {
		return nil, fmt.Errorf("no token for %s is known; run `demarc login %s --token-stdin`, or set DEMARC_TOKEN", c.URL, c.URL)
	}
	return c, nil
}
