// Package identity keeps who uses the control plane: people and service
// accounts, how they sign in, their sessions and tokens, and their grants.
package identity
