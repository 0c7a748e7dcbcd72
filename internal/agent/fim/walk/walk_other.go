//go:build !linux

package walk

import (
	"context"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
	"github.com/demarc-sec/demarc/internal/agent/fim/policy"
)

func walk(context.Context, Options, func(*Batch) error) (*Result, error) { return nil, ErrPlatform }

// Examine is not available here.
func Examine(string, string, *policy.Policy) (*entry.Entry, *policy.Rule, error) {
	return nil, nil, ErrPlatform
}

// Content is not available here.
func Content(string, string, int64) ([]byte, error) { return nil, ErrPlatform }

// Digest is not available here.
func Digest(string, string, string) (string, error) { return "", ErrPlatform }
