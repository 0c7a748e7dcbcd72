package signs

// Rules of the signs that are found in host documents.
const (
	NewListener   = "new-listener"
	NewPrivileged = "new-privileged-file"
	NewUser       = "new-user"
	NewMember     = "new-strong-member"
	NewKey        = "new-ssh-key"
	NewJob        = "new-cron-job"
	NewUnit       = "new-unit"
	NewModule     = "new-kernel-module"
	OddProcess    = "odd-process"
)

// Rule is what a rule finds, and what is to be done.
type Rule struct {
	Title      string
	About      string
	Techniques []string // ATT&CK's
	Do         string
}

// Rules by name.
var Rules = map[string]Rule{
	NewListener: {
		"Something listens that did not before", "A socket that takes connections, which the host document before did not have. Ports that the system gives away for a while count as one for each program.",
		[]string{"T1571", "T1205"},
		"Find out which program it is and who started it. If it is meant to be, say so here; if not, keep the program, then stop it.",
	},
	NewPrivileged: {
		"A program gives more rights than before", "A file with the set-user-id or set-group-id bit, or with capabilities, that was not there before, or had other rights.",
		[]string{"T1548.001"},
		"Look at who owns the file and which package brought it. Take the bit away unless the program needs it.",
	},
	NewUser: {
		"A user is new, or another than before", "An account that the host document before did not have, or had with another number or without a shell to sign in by.",
		[]string{"T1136.001"},
		"Ask who made it. Lock an account that nobody wants, then look at what it did.",
	},
	NewMember: {
		"A user is in a group that is as good as root", "Members of such groups become root without a flaw in anything.",
		[]string{"T1098"},
		"Ask who put the user there. Take it out unless it is meant to administer the server.",
	},
	NewKey: {
		"A key opens an account that it did not open before", "A line of an authorized_keys file that the host document before did not have.",
		[]string{"T1098.004"},
		"Ask the owner of the account for the key's fingerprint. Remove a key that nobody knows, and look for log-ins with it.",
	},
	NewJob: {
		"A job by the clock is new", "A line of a crontab, or a file in a directory of jobs, that the host document before did not have.",
		[]string{"T1053.003"},
		"Read the job and find out who wrote it.",
	},
	NewUnit: {
		"A unit starts by itself that did not before", "A unit of systemd, or a script of System V, that was enabled since, or runs another program.",
		[]string{"T1543.002"},
		"Read the unit and find out who enabled it.",
	},
	NewModule: {
		"A module of the kernel is new", "A module that was not loaded before. Most come with a device or a file system that is used for the first time.",
		[]string{"T1547.006"},
		"See with modinfo where the module comes from and who signed it.",
	},
	OddProcess: {
		"A program runs as only intruders have them run", "A process from a directory that everybody may write to, from memory without a file, or under the name of a thread of the kernel.",
		[]string{"T1036.004", "T1620", "T1059"},
		"Keep the program (/proc/PID/exe), look at its connections and at its parent, then stop it.",
	},
}
