package wire

// EventDigests is the kind of an event whose body is Digests.
const EventDigests EventKind = "digests"

// MaxDigests bounds the files of Digests.
const MaxDigests = 4000

// DigestLength is how many hexadecimal digits of a SHA-256 are told: enough that nobody
// finds two contents with the same ones.
const DigestLength = 32

// Digests are the contents of files that servers of one kind should have alike. The
// control plane compares them with those of the servers beside it.
type Digests struct {
	Policy string `json:"policy"` // name and SHA-256 of what the files were chosen by
	// Complete: none is left out that should be in it.
	Complete bool              `json:"complete"`
	Why      string            `json:"why,omitempty"` // it is not
	Files    map[string]string `json:"files"`         // the first DigestLength digits, by path
}
