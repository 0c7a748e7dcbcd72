//go:build !linux

package run

import "time"

// thread is not counted on this platform: modules tell no cost.
type thread int

func thisThread() thread { return 0 }

func (thread) cpu() time.Duration { return 0 }

// giveWay does nothing on this platform.
func giveWay() {}
