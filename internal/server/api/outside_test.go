package api_test

// refused holds an answer to being a problem of a kind.
func (w *world) refused(what string, a answer, status int, code string) {
	w.t.Helper()
	if a.status != status || a.code() != code || a.header.Get("Content-Type") != "application/problem+json" {
		w.t.Errorf("%s: %d, want %d %s: %.300s", what, a.status, status, code, a.body)
	}
}

func (w *world) wants(what string, a answer, status int) answer {
	w.t.Helper()
	if a.status != status {
		w.t.Fatalf("%s: %d, want %d: %.300s", what, a.status, status, a.body)
	}
	return a
}
