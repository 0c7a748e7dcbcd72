package wire

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrTooLarge is more than the bound, before or after decompression.
var ErrTooLarge = errors.New("the message is too large")

// Read reads a body of at most most bytes; packed says that it is gzip, and
// then it may become unpacked bytes, no more.
func Read(r io.Reader, packed bool, most, unpacked int64) ([]byte, error) {
	counted := &io.LimitedReader{R: r, N: most + 1}
	var source io.Reader = counted
	if packed {
		z, err := gzip.NewReader(counted)
		if err != nil {
			return nil, fmt.Errorf("the body is not gzip: %w", err)
		}
		source = z
	} else {
		unpacked = most
	}
	b, err := io.ReadAll(io.LimitReader(source, unpacked+1))
	if counted.N == 0 || int64(len(b)) > unpacked {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return b, nil
}

// Check says what is wrong with a batch's order: numbers follow each other, and
// there is at least one.
func (b *Batch) Check() error {
	switch {
	case b.Epoch == "" || len(b.Epoch) > 64:
		return errors.New("a batch needs an epoch")
	case len(b.Events) == 0:
		return errors.New("a batch without events")
	case len(b.Events) > MaxEvents:
		return fmt.Errorf("%d events in one batch; %d are the most", len(b.Events), MaxEvents)
	}
	for i, e := range b.Events {
		switch {
		case e.Sequence == 0:
			return errors.New("sequence numbers begin at 1")
		case i > 0 && e.Sequence != b.Events[i-1].Sequence+1:
			return fmt.Errorf("event %d follows %d", e.Sequence, b.Events[i-1].Sequence)
		case len(e.Body) > MaxEvent:
			return fmt.Errorf("event %d has %d bytes; %d are the most", e.Sequence, len(e.Body), MaxEvent)
		case !known[e.Kind]:
			return fmt.Errorf("event %d is of the unknown kind %.40q", e.Sequence, e.Kind)
		}
	}
	return nil
}

var known = map[EventKind]bool{EventHost: true, EventIntegrity: true, EventCoverage: true, EventDetection: true, EventDropped: true, EventDigests: true}

// Decode reads one JSON value into v, and refuses what follows it. Unknown
// fields are passed over: the other side may be newer.
func Decode(b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("the body is not what it should be: %w", err)
	}
	return nil
}
