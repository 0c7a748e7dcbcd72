package host

import (
	"encoding/binary"
	"io"
	"strings"
	"time"
)

// maxLogins bounds what is read of the records of sign-ins.
const maxLogins = 8 << 20

// utmp is the size of a record of wtmp on Linux, and where in it stands what.
const (
	utmpSize   = 384
	utmpType   = 0
	utmpUser   = 44
	utmpTime   = 340
	userLogged = 7
)

// logins reads when each account last signed in, from lastlog, or from wtmp
// where there is none.
func (s *survey) logins(a *Accounts) {
	last := map[string]int64{}
	if s.lastlog(a, last) {
		a.Logins = append(a.Logins, "/var/log/lastlog")
	}
	if s.wtmp("var/log/wtmp", last) {
		a.Logins = append(a.Logins, "/var/log/wtmp")
	}
	found := len(a.Logins) > 0
	if !found {
		s.doc.gap("accounts.logins", "no record of sign-ins could be read: neither /var/log/lastlog nor /var/log/wtmp")
	}
	today := s.opt.Now.Unix()
	for i := range a.Users {
		u := &a.Users[i]
		at, ok := last[u.Name]
		if ok && at > 0 && at <= today {
			u.LastLogin = time.Unix(at, 0).UTC().Format(time.DateOnly)
			u.Dormant = int((today - at) / 86400)
		}
		if !found {
			u.Dormant = -1
		}
	}
}

// lastlog is a table by user number.
func (s *survey) lastlog(a *Accounts, last map[string]int64) bool {
	f, err := s.open("var/log/lastlog")
	if err != nil {
		return false
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	if !ok {
		return false
	}
	const size = 292 // time, line, host
	var record [4]byte
	for _, u := range a.Users {
		if _, err := at.ReadAt(record[:], int64(u.UID)*size); err == nil {
			last[u.Name] = max(last[u.Name], int64(binary.LittleEndian.Uint32(record[:])))
		}
	}
	return true
}

// wtmp is a list of sign-ins, oldest first; the end of a long one is read.
func (s *survey) wtmp(name string, last map[string]int64) bool {
	f, err := s.open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > maxLogins {
		if seeker, ok := f.(io.Seeker); ok {
			if _, err := seeker.Seek((info.Size()-maxLogins)/utmpSize*utmpSize, io.SeekStart); err != nil {
				return false
			}
		}
	}
	text, err := io.ReadAll(io.LimitReader(f, maxLogins+utmpSize))
	if err != nil {
		return false
	}
	for ; len(text) >= utmpSize; text = text[utmpSize:] {
		if binary.LittleEndian.Uint16(text[utmpType:]) != userLogged {
			continue
		}
		user, _, _ := strings.Cut(string(text[utmpUser:utmpUser+32]), "\x00")
		last[user] = max(last[user], int64(binary.LittleEndian.Uint32(text[utmpTime:])))
	}
	return true
}
