// Package fim is file integrity: it knows how files should be, sees what
// changes, says why, and states what it could not see.
//
// What the agent needs of it is small:
//
//	m, err := fim.New(fim.Options{State: "/var/lib/demarc-agent/fim"})
//	err = m.Run(ctx, emit) // until ctx is done
//	m.Scan()               // a full scan, soon (wire.CommandIntegrity)
//	m.Health()             // state and reason, for wire.Module
//
// emit is called by one goroutine at a time, with wire.EventIntegrity and a
// Change, or wire.EventCoverage and a Coverage; it may block, which delays what is
// emitted and loses nothing that is not stated in a Coverage.
//
// The parts: entry is what is known of one file, policy which files are looked
// at and for what, aide the same from AIDE's configuration, walk the scan,
// baseline the file it is compared with, live what the kernel tells, and cause why
// something changed.
package fim
