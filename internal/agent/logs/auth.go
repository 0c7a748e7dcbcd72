package logs

import (
	"path"
	"strings"

	"github.com/demarc-sec/demarc/internal/detect"
)

// normalise adds the fields that a program's message has, and says which source it is of.
func normalise(e *detect.Event, program, text string) *detect.Source {
	if strings.HasPrefix(text, "pam_") {
		pam(e, text)
	}
	switch p := strings.ToLower(path.Base(program)); p {
	case "sshd", "sshd-session", "sshd-auth":
		sshd(e, text)
		return SSHD
	case "sudo":
		sudo(e, text)
		return Sudo
	case "su", "useradd", "usermod", "userdel", "groupadd", "groupmod", "gpasswd", "passwd", "chpasswd", "adduser", "login", "polkitd", "pkexec", "systemd-logind", "dropbear", "doas":
		accounts(e, p, text)
		return Auth
	case "cron", "crond", "anacron", "atd":
		if user, cmd, ok := strings.Cut(strings.TrimPrefix(text, "("), ") CMD ("); ok {
			e.Add("User", user)
			e.Add("CommandLine", strings.TrimSuffix(cmd, ")"))
		}
		return Cron
	}
	return Syslog
}

// peer cuts "… from ADDRESS port N…" at its last place: what stands before can be a
// user's name, which who knocks chooses.
func peer(e *detect.Event, text string) (before string, ok bool) {
	if i := strings.LastIndex(text, " port "); i >= 0 {
		j := strings.LastIndexByte(text[:i], ' ')
		if j < 0 {
			return text, false
		}
		e.Add("SourceIp", text[j+1:i])
		port, _, _ := strings.Cut(text[i+len(" port "):], " ")
		e.Add("SourcePort", strings.Trim(port, ":,"))
		return strings.TrimSuffix(text[:j], " from"), true
	}
	i := strings.LastIndex(text, " from ")
	if i < 0 {
		return text, false
	}
	address, _, _ := strings.Cut(text[i+len(" from "):], " ")
	e.Add("SourceIp", strings.Trim(address, ",[]"))
	return text[:i], true
}

// sshd reads OpenSSH's messages. The field action says what happened.
func sshd(e *detect.Event, text string) {
	preauth := strings.HasSuffix(text, "[preauth]")
	switch word, rest, _ := strings.Cut(text, " "); word {
	case "Accepted", "Failed", "Postponed", "Partial":
		e.Add("action", strings.ToLower(word))
		method, who, _ := strings.Cut(rest, " for ")
		e.Add("AuthMethod", method)
		if _, key, ok := strings.Cut(rest, " ssh2: "); ok && word == "Accepted" {
			if f := strings.Fields(key); len(f) > 1 {
				e.Add("KeyFingerprint", f[1])
			}
		}
		sshUser(e, who)
	case "Invalid":
		e.Add("action", "invalid-user")
		sshUser(e, "invalid "+rest)
	case "Connection", "Disconnected":
		e.Add("action", "disconnected")
		if preauth {
			e.Add("phase", "preauth")
		}
		rest = strings.TrimSuffix(rest, " [preauth]")
		for _, by := range []string{"closed by ", "reset by ", "from "} {
			rest = strings.TrimPrefix(rest, by)
		}
		rest = strings.TrimPrefix(rest, "authenticating ")
		sshUser(e, rest)
	case "Timeout", "fatal:":
		if strings.HasPrefix(strings.TrimPrefix(text, "fatal: "), "Timeout before authentication") {
			e.Add("action", "timeout")
			e.Add("phase", "preauth")
			text = strings.Replace(text, " for connection from ", " from ", 1)
			peer(e, strings.Replace(text, " for ", " from ", 1))
		}
	case "error:":
		if strings.HasPrefix(rest, "maximum authentication attempts exceeded for ") {
			e.Add("action", "too-many")
			sshUser(e, strings.TrimPrefix(rest, "maximum authentication attempts exceeded for "))
		}
	case "Received":
		if strings.HasPrefix(rest, "request ") && strings.Contains(rest, "but the request was denied") {
			e.Add("action", "forward-refused")
			text, _, _ = strings.Cut(text, " to connect")
			peer(e, text)
		}
	case "refused":
		if strings.Contains(rest, "port forward") {
			e.Add("action", "forward-refused")
		}
	}
}

// sshUser reads "[invalid ]user NAME from ADDRESS port N" and its variants.
func sshUser(e *detect.Event, s string) {
	who, ok := peer(e, " "+s)
	if !ok {
		return
	}
	who = strings.TrimPrefix(who, " ")
	if name, ok := strings.CutPrefix(who, "invalid user "); ok || who == "invalid user" {
		e.Add("known", "no")
		e.Add("User", name)
		return
	}
	e.Add("User", strings.TrimPrefix(who, "user "))
}

// sudo reads "alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id".
func sudo(e *detect.Event, text string) {
	user, rest, ok := strings.Cut(strings.TrimSpace(text), " : ")
	if !ok || strings.HasPrefix(text, "pam_") {
		return
	}
	e.Add("User", user)
	e.Add("action", "run")
	// The command is last, and may have anything in it.
	rest, command, _ := strings.Cut(rest, "COMMAND=")
	for part := range strings.SplitSeq(rest, " ; ") {
		part = strings.TrimSpace(part)
		name, value, is := strings.Cut(part, "=")
		switch {
		case strings.HasSuffix(part, "incorrect password attempts") || strings.HasSuffix(part, "incorrect password attempt"):
			e.Fields[len(e.Fields)-1].Value = "failed"
			e.Add("attempts", strings.Fields(part)[0])
		case part == "user NOT in sudoers" || strings.HasPrefix(part, "command not allowed") || part == "user NOT authorized on host":
			e.Fields[len(e.Fields)-1].Value = "refused"
		case is && name == "USER":
			e.Add("TargetUser", value)
		case is && name == "TTY":
			e.Add("Terminal", value)
		case is && name == "PWD":
			e.Add("CurrentDirectory", value)
		}
	}
	e.Add("CommandLine", command)
	image, _, _ := strings.Cut(command, " ")
	e.Add("Image", image)
}

// pam reads "pam_unix(sudo:auth): authentication failure; logname=… ruser=alice user=bob"
// and "pam_unix(su:session): session opened for user root(uid=0) by alice(uid=1000)".
func pam(e *detect.Event, text string) {
	head, rest, ok := strings.Cut(text, ": ")
	if !ok {
		return
	}
	if _, in, ok := strings.Cut(strings.TrimSuffix(head, ")"), "("); ok {
		service, kind, _ := strings.Cut(in, ":")
		e.Add("PamService", service)
		e.Add("PamType", kind)
	}
	switch {
	case strings.HasPrefix(rest, "authentication failure"):
		e.Add("PamAction", "auth-failed")
		for word := range strings.FieldsSeq(rest) {
			name, value, _ := strings.Cut(strings.TrimSuffix(word, ";"), "=")
			switch name {
			case "user":
				e.Add("PamUser", value)
			case "ruser":
				e.Add("PamBy", value)
			case "rhost":
				e.Add("PamHost", value)
			}
		}
	case strings.HasPrefix(rest, "session opened for user "):
		e.Add("PamAction", "opened")
		user, by, _ := strings.Cut(strings.TrimPrefix(rest, "session opened for user "), " by ")
		e.Add("PamUser", bare(user))
		e.Add("PamBy", bare(by))
	}
}

// bare is a name without "(uid=0)".
func bare(s string) string {
	name, _, _ := strings.Cut(s, "(")
	return strings.TrimSpace(name)
}

// accounts reads what programs that change accounts, and su, say.
func accounts(e *detect.Event, program, text string) {
	switch {
	case strings.HasPrefix(text, "new user: "):
		e.Add("action", "user-created")
		for part := range strings.SplitSeq(strings.TrimPrefix(text, "new user: "), ", ") {
			name, value, _ := strings.Cut(part, "=")
			if field := userFields[name]; field != "" {
				e.Add(field, value)
			}
		}
	case strings.HasPrefix(text, "add '") && strings.Contains(text, "' to group '"):
		user, group, _ := strings.Cut(strings.TrimPrefix(text, "add '"), "' to group '")
		inGroup(e, user, strings.TrimSuffix(group, "'"))
	case program == "gpasswd" && strings.Contains(text, " added by "):
		f := strings.Fields(text) // user alice added by root to group docker
		if len(f) >= 8 && f[0] == "user" {
			e.Add("User", f[4])
			inGroup(e, f[1], f[7])
		}
	case program == "su":
		failed := strings.HasPrefix(text, "FAILED SU ")
		if _, rest, ok := strings.Cut(text, "(to "); ok {
			target, who, _ := strings.Cut(rest, ") ")
			user, terminal, _ := strings.Cut(who, " on ")
			e.Add("action", map[bool]string{true: "su-failed", false: "su"}[failed])
			e.Add("TargetUser", target)
			e.Add("User", user)
			e.Add("Terminal", terminal)
		}
	}
}

func inGroup(e *detect.Event, user, group string) {
	e.Add("action", "group-joined")
	e.Add("TargetUser", user)
	e.Add("TargetGroup", group)
}

// userFields are useradd's names.
var userFields = map[string]string{"name": "TargetUser", "UID": "TargetUid", "home": "TargetHome", "shell": "TargetShell", "from": "Terminal"}
