package page

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"unicode/utf8"
)

// maxFlash bounds a message, in bytes; a cookie holds no more than 4 KiB.
const maxFlash = 2000

// secure reports whether the browser reaches the console by https: then its
// session has a cookie that no http page can set, and so has the message.
func secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	_, err := r.Cookie("__Host-demarc")
	return err == nil
}

func flashName(r *http.Request) string {
	if secure(r) {
		return "__Host-demarc-done"
	}
	return "demarc-done"
}

// remember keeps a message for the next page.
func remember(w http.ResponseWriter, r *http.Request, sentence string) {
	if len(sentence) > maxFlash {
		sentence = sentence[:maxFlash]
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashName(r), Value: base64.RawURLEncoding.EncodeToString([]byte(sentence)), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: secure(r), SameSite: http.SameSiteStrictMode,
	})
}

// forget takes it away again.
func forget(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: flashName(r), Path: "/", MaxAge: -1, HttpOnly: true, Secure: secure(r), SameSite: http.SameSiteStrictMode})
}

// flash is the message that was kept.
func flash(r *http.Request) string {
	c, err := r.Cookie(flashName(r))
	if err != nil {
		return ""
	}
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(b) > maxFlash || !utf8.Valid(b) {
		return ""
	}
	return string(b)
}

func withLogger(ctx context.Context, log *slog.Logger) context.Context {
	return context.WithValue(ctx, loggerKey{}, log)
}

func logger(ctx context.Context) *slog.Logger {
	if log, ok := ctx.Value(loggerKey{}).(*slog.Logger); ok {
		return log
	}
	return slog.New(slog.DiscardHandler)
}
