package fleet

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/demarc-sec/demarc/internal/queue"
)

// Events take the room there is, and no more than a small cluster has.
func TestStreamInLittleRoom(t *testing.T) {
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 64 << 20, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("not ready")
	}
	for range 3 { // as replicas do
		q, err := queue.Open(t.Context(), queue.Options{URL: s.ClientURL()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(q.Close)
		stream, err := OpenStream(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		info, err := stream.js.Stream(t.Context(), eventStream)
		if err != nil {
			t.Fatal(err)
		}
		if most := info.CachedInfo().Config.MaxBytes; most < leastEvents || most > 1<<30 {
			t.Errorf("%d bytes for events", most)
		}
	}
}
