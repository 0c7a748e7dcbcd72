package account

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/boombuler/barcode/qr"

	"github.com/demarc-sec/demarc/internal/identity"
	"github.com/demarc-sec/demarc/internal/tenant"
	"github.com/demarc-sec/demarc/internal/web/layout"
	"github.com/demarc-sec/demarc/internal/web/page"
)

// securityView is the page about how one signs in.
type securityView struct {
	layout.Page
	Me        identity.Person
	Passkeys  []identity.Passkey
	CodesLeft int
	Owed      identity.Owed
	Tab       string
	pages     *Pages
}

func (p *Pages) securityView(r *http.Request, who tenant.Who) (v securityView, err error) {
	v = securityView{Page: page.Of(r, "", "How you sign in"), Tab: "security", pages: p}
	if v.Me, err = p.People.Me(r.Context(), who); err != nil {
		return v, err
	}
	if v.Passkeys, err = p.People.Passkeys(r.Context(), who); err != nil {
		return v, err
	}
	if v.Owed, err = p.People.Owed(r.Context(), who); err != nil {
		return v, err
	}
	if v.Me.HasTOTP {
		v.CodesLeft, err = p.People.RecoveryCodesLeft(r.Context(), who)
	}
	return v, err
}

func (p *Pages) security(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	v, err := p.securityView(r, who)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, security(v))
}

// back shows the page again with what went wrong.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, who tenant.Who, failed error) error {
	told, ok := page.Told(failed)
	if !ok {
		return failed
	}
	v, err := p.securityView(r, who)
	if err != nil {
		return err
	}
	v.Problem = told
	return page.Render(w, r, page.Status(w, failed), security(v))
}

func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	old, password, err := in.Text("old", 4096), in.Text("password", 4096), in.Err()
	if err == nil {
		err = p.People.ChangePassword(r.Context(), who, old, password)
	}
	if err != nil {
		return p.back(w, r, who, err)
	}
	return page.Done(w, r, "/account/security", "Your password is changed, and your other sessions are ended.")
}

// appView is the page that sets an authenticator app up.
type appView struct {
	layout.Page
	Setup identity.TOTPSetup // empty where a code was wrong: the app has the secret already
	Code  template           // the picture
}

func (p *Pages) beginApp(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	setup, err := p.People.BeginTOTP(r.Context(), who)
	if err != nil {
		return p.back(w, r, who, err)
	}
	picture, err := picture(setup.URL)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, app(appView{Page: page.Of(r, "", "Authenticator app"), Setup: setup, Code: picture}))
}

func (p *Pages) finishApp(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	in := page.ReadForm(r)
	code, err := in.Line("code", 64), in.Err()
	var recovery []string
	if err == nil {
		recovery, err = p.People.FinishTOTP(r.Context(), who, code)
	}
	if err != nil {
		return p.back(w, r, who, err)
	}
	return page.Render(w, r, http.StatusOK, recoveryCodes(page.Of(r, "", "Recovery codes"), recovery))
}

func (p *Pages) removeApp(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	if err := p.People.RemoveTOTP(r.Context(), who); err != nil {
		return p.back(w, r, who, err)
	}
	return page.Done(w, r, "/account/security", "The authenticator app is asked for no more.")
}

func (p *Pages) renewCodes(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	recovery, err := p.People.RenewRecoveryCodes(r.Context(), who)
	if err != nil {
		return p.back(w, r, who, err)
	}
	return page.Render(w, r, http.StatusOK, recoveryCodes(page.Of(r, "", "Recovery codes"), recovery))
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	options, err := p.People.BeginPasskey(r.Context(), who)
	return page.Answer(w, options, err)
}

func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	name := strings.TrimSpace(r.URL.Query().Get("name"))
	if name == "" {
		name = "Passkey of " + p.Now().UTC().Format("2 January 2006")
	}
	answer, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 256<<10))
	if err == nil {
		err = p.People.FinishPasskey(r.Context(), who, name, answer)
	}
	return page.Answer(w, []byte("{}"), err)
}

func (p *Pages) renamePasskey(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	in := page.ReadForm(r)
	name, err := in.Line("name", 200), in.Err()
	if err == nil {
		err = p.People.RenamePasskey(r.Context(), who, id, name)
	}
	if err != nil {
		return p.back(w, r, who, err)
	}
	return page.Done(w, r, "/account/security", "The passkey has another name.")
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request, who tenant.Who) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := p.People.RemovePasskey(r.Context(), who, id); err != nil {
		return p.back(w, r, who, err)
	}
	return page.Done(w, r, "/account/security", "The passkey is removed.")
}

// template is markup that this package made.
type template string

// picture is the QR code of a text as SVG. Both of its colours are its own, as
// cameras want dark on light whatever the page's theme is.
func picture(text string) (template, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("drawing a QR code: %w", err)
	}
	const quiet = 4
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if red, _, _, _ := code.At(x, y).RGBA(); red == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	whole := size + 2*quiet
	return template(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="QR code for the authenticator app" shape-rendering="crispEdges">`+
		`<rect width="%d" height="%d" fill="#fff"/><path d="%s" fill="#000"/></svg>`, whole, whole, whole, whole, path.String())), nil
}
