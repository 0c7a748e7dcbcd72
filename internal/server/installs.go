package server

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/demarc-sec/demarc/deploy/agent"
)

// unitFile is what the agent's unit is offered as.
const unitFile = "demarc-agent.service"

// agentFiles offers agents to servers: those of a directory as make packages or
// make platforms leaves it, which is looked at when it is asked for. What is
// offered is no secret, so that anybody may ask.
type agentFiles struct {
	dir string // none where it is empty
	url func() string

	mu   sync.Mutex
	sums map[string]summed // by path
}

// summed is the sum of a file as it was.
type summed struct {
	size     int64
	modified time.Time
	sum      string
}

// install adds the script and the downloads.
func (s *Server) install() error {
	a := &agentFiles{dir: s.Config.Agents, url: func() string { return s.URL }, sums: map[string]summed{}}
	if a.dir != "" {
		if found, err := a.found(); err != nil {
			return fmt.Errorf("the agents to offer: %w", err)
		} else if len(found) == 0 {
			return fmt.Errorf("the agents to offer: there are none in %s; make packages makes them in bin/packages", a.dir)
		}
	}
	s.mux.HandleFunc("GET "+agent.PathScript, a.script)
	s.mux.HandleFunc("GET "+agent.PathDownload+"{name}", a.download)
	return nil
}

// forInstall reports whether a path is of the agents' installation.
func forInstall(path string) bool {
	return path == agent.PathScript || strings.HasPrefix(path, agent.PathDownload)
}

// A package or program as make packages names it, and a directory of make
// platforms with the program in it.
var (
	agentFile = regexp.MustCompile(`^demarc-agent-[a-z]+-[a-z0-9]+(\.deb|\.rpm|\.exe)?$`)
	platform  = regexp.MustCompile(`^[a-z]+-[a-z0-9]+$`)
)

// found are the paths of what is offered, by its name.
func (a *agentFiles) found() (map[string]string, error) {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, e := range entries {
		switch name := e.Name(); {
		case !e.IsDir() && agentFile.MatchString(name):
			out[name] = filepath.Join(a.dir, name)
		case e.IsDir() && platform.MatchString(name):
			for _, program := range []string{"demarc-agent", "demarc-agent.exe"} {
				p, as := filepath.Join(a.dir, name, program), "demarc-agent-"+name+filepath.Ext(program)
				if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && out[as] == "" {
					out[as] = p
				}
			}
		}
	}
	return out, nil
}

// sum is that of a file. It is taken once of each state that the file is in.
func (a *agentFiles) sum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	a.mu.Lock()
	defer a.mu.Unlock() // many servers that come together have it made once
	if had, ok := a.sums[path]; ok && had.size == info.Size() && had.modified.Equal(info.ModTime()) {
		return had.sum, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	a.sums[path] = summed{info.Size(), info.ModTime(), sum}
	return sum, nil
}

// noAgents says what to do where none are offered.
const noAgents = "This control plane offers no agents. Start it with demarc serve --agents DIR, where DIR is what make packages or make platforms made: bin/packages or bin/agents.\n"

// script answers with the installation script.
func (a *agentFiles) script(w http.ResponseWriter, r *http.Request) {
	if a.dir == "" {
		http.Error(w, noAgents, http.StatusNotFound)
		return
	}
	text, err := a.written()
	if err != nil {
		http.Error(w, fmt.Sprintf("There is no script to install by: %v.", err), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/x-shellscript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
}

func (a *agentFiles) written() (string, error) {
	if !strings.HasPrefix(a.url(), "https://") {
		return "", errors.New("agents are served over https only; give demarc serve a certificate, or --public-url where a proxy has one")
	}
	found, err := a.found()
	if err != nil {
		return "", errors.New("the directory of --agents cannot be read")
	}
	unit := sha256.Sum256(agent.Unit)
	sums := map[string]string{unitFile: hex.EncodeToString(unit[:])}
	for name, path := range found {
		sum, err := a.sum(path)
		if err != nil {
			return "", fmt.Errorf("%s cannot be read", name)
		}
		sums[name] = sum
	}
	return agent.Script(a.url(), sums)
}

// download answers with a file, the program of a platform such as linux-amd64, or, with
// .sha256 after its name, the sum of either.
func (a *agentFiles) download(w http.ResponseWriter, r *http.Request) {
	name, wantsSum := strings.CutSuffix(r.PathValue("name"), ".sha256")
	if name == unitFile {
		sum := sha256.Sum256(agent.Unit)
		a.give(w, r, wantsSum, name, hex.EncodeToString(sum[:]), time.Time{}, strings.NewReader(string(agent.Unit)))
		return
	}
	if a.dir == "" {
		http.Error(w, noAgents, http.StatusNotFound)
		return
	}
	found, err := a.found()
	path := found[name]
	for _, ext := range []string{"", ".exe"} {
		if path == "" && platform.MatchString(name) {
			path = found["demarc-agent-"+name+ext]
		}
	}
	if err != nil || path == "" {
		http.Error(w, "There is no such file among the agents that this control plane offers.", http.StatusNotFound)
		return
	}
	sum, err := a.sum(path)
	if err != nil {
		a.gone(w, err)
		return
	}
	f, err := os.Open(path)
	if err != nil {
		a.gone(w, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		a.gone(w, err)
		return
	}
	a.give(w, r, wantsSum, name, sum, info.ModTime(), f)
}

func (a *agentFiles) give(w http.ResponseWriter, r *http.Request, wantsSum bool, name, sum string, modified time.Time, content io.ReadSeeker) {
	if wantsSum {
		fmt.Fprintf(w, "%s  %s\n", sum, name) //nolint:errcheck // whoever asked has gone
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("ETag", `"`+sum+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, "", modified, content)
}

func (a *agentFiles) gone(w http.ResponseWriter, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "The file was just taken away.", http.StatusNotFound)
		return
	}
	http.Error(w, "The file cannot be read.", http.StatusInternalServerError)
}
