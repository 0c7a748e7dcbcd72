// Package proof holds the trials of a whole control plane: several replicas,
// PostgreSQL and a NATS cluster, while some of them are killed. They take
// minutes and machines, so that they are behind the build tag proof and run by
// make proof. What they found stands in docs/reliability.md.
package proof
