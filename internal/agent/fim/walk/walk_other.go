//go:build !linux

package walk

import (
	"context"

	"github.com/demarc-sec/demarc/internal/agent/fim/entry"
)

func walk(context.Context, Options, func(*Batch) error) (*Result, error) { return nil, ErrPlatform }

// Read is not available here.
func Read(string, string, int64, entry.Set) (*entry.Entry, error) { return nil, ErrPlatform }

// Digest is not available here.
func Digest(string, string, string) (string, error) { return "", ErrPlatform }
