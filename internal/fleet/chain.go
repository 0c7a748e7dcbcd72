package fleet

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/demarc-sec/demarc/internal/agent/wire"
)

// link is the last heartbeat of an agent.
type link struct {
	stored

	hash string
	beat wire.Heartbeat
}

// made is when the heartbeat was made, at the latest: it may have come long
// after, as those of servers that were cut off do.
func (l *link) made() time.Time {
	if at := l.beat.At.Add(time.Duration(l.beat.Offset) * time.Millisecond); at.Before(l.seen) {
		return at
	}
	return l.seen
}

func readLink(s *stored) (*link, error) {
	l := &link{stored: *s, hash: wire.Hash(s.body)}
	return l, wire.Decode(s.body, &l.beat)
}

// verdict is what a heartbeat is to the chain.
type verdict int

const (
	follows  verdict = iota // the next one
	repeated                // the last one, sent again
	rejoins                 // out of place for a reason that is ours: it begins the chain anew
	breaks                  // it does not fit
)

// judgement is a verdict with what there is to be said.
type judgement struct {
	verdict
	why   string // of a break
	notes []note
	found []string // signs that the agent is not what it was; it fits, and is believed no more
}

type note struct{ kind, text string }

// bootRoom is by how much two boots may overlap by what clocks say.
const bootRoom = 2 * time.Minute

// judge holds a heartbeat against the one before. last is nil where there is
// none.
func judge(n *identity, last *link, body []byte, hb *wire.Heartbeat, s *Settings, now time.Time) judgement {
	if last == nil {
		return begin(n, hb, s)
	}
	if wire.Hash(body) == last.hash {
		return judgement{verdict: repeated}
	}
	if n.anchor {
		return judgement{verdict: rejoins, notes: []note{{"chain", fmt.Sprintf("begins anew at heartbeat %d", hb.Sequence)}}}
	}
	switch {
	case hb.Sequence == last.beat.Sequence+1 && hb.Previous == last.hash:
	case hb.Sequence == last.beat.Sequence+1:
		return judgement{verdict: breaks, why: fmt.Sprintf("heartbeat %d follows another heartbeat %d than the one that was taken: two programs use this identity, or its state was copied", hb.Sequence, last.beat.Sequence)}
	case hb.Sequence == last.beat.Sequence:
		return judgement{verdict: breaks, why: fmt.Sprintf("two heartbeats have the number %d: two programs use this identity, or its state was copied", hb.Sequence)}
	case hb.Sequence < last.beat.Sequence:
		return judgement{verdict: breaks, why: fmt.Sprintf("heartbeat %d came after %d: the server was set back, or its state was copied", hb.Sequence, last.beat.Sequence)}
	default:
		// An agent sends each heartbeat until it is acknowledged. So those between
		// were, and it is this side that lost them, or it is no honest agent; then
		// the one it imitates will not fit any more.
		return judgement{verdict: follows, notes: []note{{"gap", fmt.Sprintf("heartbeats %d to %d are not known here", last.beat.Sequence+1, hb.Sequence-1)}}}.compare(last, hb, s, now)
	}
	return judgement{verdict: follows}.compare(last, hb, s, now)
}

// begin judges the first heartbeat that is known.
func begin(n *identity, hb *wire.Heartbeat, s *Settings) judgement {
	if hb.Sequence == 1 && hb.Previous != n.first && !n.anchor {
		return judgement{verdict: breaks, why: "the first heartbeat does not begin with the certificate that was given"}
	}
	j := judgement{verdict: follows}
	if hb.Sequence != 1 {
		j.verdict = rejoins
		j.notes = append(j.notes, note{"gap", fmt.Sprintf("heartbeats before %d are not known here", hb.Sequence)})
	}
	if hb.Policy != "" && !slices.Contains(s.hashes, hb.Policy) {
		j.found = append(j.found, "the policy in force was never given to it")
	}
	return j
}

// compare looks for what differs and should not.
func (j judgement) compare(last *link, hb *wire.Heartbeat, s *Settings, now time.Time) judgement {
	was := &last.beat
	if hb.Boot != was.Boot {
		j.notes = append(j.notes, note{"boot", "the server was started anew"})
		booted := now.Add(-time.Duration(hb.Uptime) * time.Second) // at the earliest: it may have waited to be sent
		switch {
		case hb.Boot == last.before:
			j.found = append(j.found, "it is back at an earlier boot of the server: two servers use this identity")
		case booted.Before(last.made().Add(-bootRoom)):
			j.found = append(j.found, "two boots at once: the server was up already when the one before reported")
		}
	}
	if hb.Version != was.Version {
		j.notes = append(j.notes, note{"version", line(fmt.Sprintf("from %s to %s", was.Version, hb.Version), 200)})
	} else if hb.Binary != was.Binary {
		j.found = append(j.found, "its program is another one of the same version")
	}
	if hb.Policy != was.Policy {
		// Towards what it was given, never back.
		at, before := slices.Index(s.hashes, hb.Policy), slices.Index(s.hashes, was.Policy)
		switch {
		case at < 0:
			j.found = append(j.found, "the policy in force was never given to it")
		case before >= 0 && at > before:
			j.found = append(j.found, "the policy in force is an earlier one")
		default:
			j.notes = append(j.notes, note{"policy", "takes the policy " + hb.Policy[:min(12, len(hb.Policy))]})
		}
	}
	if hb.Spool.Epoch == was.Spool.Epoch && hb.Spool.Dropped > was.Spool.Dropped {
		j.notes = append(j.notes, note{"dropped", fmt.Sprintf("%d events did not fit into its spool", hb.Spool.Dropped-was.Spool.Dropped)})
	}
	return j
}

// readBeat reads a heartbeat and checks its bounds.
func readBeat(body []byte) (*wire.Heartbeat, error) {
	var hb wire.Heartbeat
	if err := wire.Decode(body, &hb); err != nil {
		return nil, err
	}
	switch {
	case hb.Sequence == 0:
		return nil, errors.New("heartbeats are numbered from 1")
	case hb.Sequence > 1<<62:
		return nil, errors.New("the number of the heartbeat is out of bounds")
	case len(hb.Previous) != 64, len(hb.Binary) > 64, len(hb.Policy) > 64:
		return nil, errors.New("a hash is SHA-256 in hexadecimal")
	case hb.Boot == "" || len(hb.Boot) > 64:
		return nil, errors.New("a heartbeat names its boot")
	case len(hb.Version) > 64, len(hb.Spool.Epoch) > 64, len(hb.Modules) > 64:
		return nil, errors.New("a heartbeat is longer than it may be")
	case hb.Uptime < 0 || hb.Uptime > 1<<33:
		return nil, errors.New("the uptime is none")
	}
	return &hb, nil
}
