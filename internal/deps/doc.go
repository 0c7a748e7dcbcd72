// Package deps keeps modules in go.mod whose first use is still being written.
package deps
