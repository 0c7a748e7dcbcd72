package host

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// CronJob is a program that runs at times.
type CronJob struct {
	User    string `json:"user"`
	Program string `json:"program"` // without arguments
	From    string `json:"from"`
}

// cron reads the tables of the system and of users, and the directories of
// programs.
func (s *survey) cron() {
	system, err := s.list("etc/cron.d")
	s.unread("cron", "etc/cron.d", err)
	files := []string{"etc/crontab"}
	for _, e := range system {
		if !strings.HasPrefix(e.Name(), ".") {
			files = append(files, path.Join("etc/cron.d", e.Name()))
		}
	}
	for _, f := range files {
		s.table(f, "")
	}
	for _, dir := range []string{"var/spool/cron/crontabs", "var/spool/cron"} {
		entries, err := s.list(dir)
		s.unread("cron", dir, err)
		for _, e := range entries {
			if !e.IsDir() {
				s.table(path.Join(dir, e.Name()), e.Name())
			}
		}
	}
	for _, dir := range []string{"etc/cron.hourly", "etc/cron.daily", "etc/cron.weekly", "etc/cron.monthly"} {
		entries, err := s.list(dir)
		s.unread("cron", dir, err)
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") && !e.IsDir() {
				name := "/" + path.Join(dir, e.Name())
				s.doc.Cron = append(s.doc.Cron, CronJob{"root", name, name})
			}
		}
	}
}

// table reads a crontab; one of the system names the user of each line.
func (s *survey) table(file, user string) {
	text, err := s.read(file)
	if err != nil {
		s.unread("cron", file, err)
		return
	}
	for _, l := range lines(text) {
		f := strings.Fields(l.text)
		times := 5
		if strings.HasPrefix(f[0], "@") {
			times = 1
		} else if c := f[0][0]; !digit(c) && c != '*' {
			continue // a variable
		}
		who := user
		if user == "" {
			if len(f) <= times {
				continue
			}
			who = f[times]
			times++
		}
		if len(f) <= times || len(s.doc.Cron) >= maxEntries {
			continue
		}
		s.doc.Cron = append(s.doc.Cron, CronJob{who, commandProgram(f[times:]), fmt.Sprintf("/%s:%d", file, l.no)})
	}
}

// commandProgram is the first word of a shell's line that names a file, or its
// first word.
func commandProgram(words []string) string {
	skip := []string{"cd", "test", "[", "root", "nice", "ionice", "timeout", "flock", "exec", "command", "&&", "||", ";"}
	for _, w := range words {
		w = strings.Trim(w, `"'();&`)
		if len(w) > 1 && strings.HasPrefix(w, "/") && !strings.HasPrefix(w, "/dev/") {
			return w
		}
	}
	for _, w := range words {
		if !slices.Contains(skip, w) && !strings.HasPrefix(w, "-") && !strings.Contains(w, "=") { // PASSWORD=… before a command
			return w
		}
	}
	return ""
}
