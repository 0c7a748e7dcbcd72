package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/audit"
	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
)

// MailedLife is how long a link holds that was sent by mail.
const MailedLife = time.Hour

// ErrNoMail says that the installation sends no mail.
var ErrNoMail = fmt.Errorf("%w: this installation sends no mail; ask an administrator", ErrInvalid)

// SendsMail reports whether links can be sent by mail.
func (i *Identity) SendsMail() bool { return i.Mail != nil }

// Forgotten sends a link for a new password to the address, if somebody with a
// password has it. Whether somebody does is told neither by the answer nor by
// how long it takes: all but the limits is done afterwards.
func (i *Identity) Forgotten(ctx context.Context, email string) error {
	if i.Mail == nil {
		return ErrNoMail
	}
	key := fold(cut(email, MaxEmail))
	if err := validEmail(key); err != nil {
		return err
	}
	if err := i.attempt(ctx, byAccount("forgotten", key), byAddress(ctx)); err != nil {
		return err
	}
	i.later(ctx, "sending a link for a password", func(ctx context.Context) error { return i.sendForgotten(ctx, key) })
	return nil
}

// later does something after the answer, within bounds.
func (i *Identity) later(ctx context.Context, what string, do func(ctx context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	go func() {
		defer cancel()
		if err := do(ctx); err != nil {
			i.Log.ErrorContext(ctx, what, "error", err)
		}
	}()
}

func (i *Identity) sendForgotten(ctx context.Context, key string) error {
	var p personRow
	err := store.Translate(i.DB.NewSelect().Model(&p).Where("email_key = ?", key).Scan(ctx))
	if errors.Is(err, store.ErrNotFound) || err == nil && p.Password == "" {
		return nil
	}
	if err != nil {
		return err
	}
	var link OneTime
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		orgs, err := i.belongs(ctx, tx, p.ID)
		if err != nil || len(orgs) == 0 {
			return err
		}
		if link, err = i.addLinkFor(ctx, tx, linkRow{Kind: linkForgotten, Org: orgs[0], Person: p.ID, Grants: "[]"}, MailedLife); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, &p, "password.forgotten", nil)
	})
	if err != nil || link.Secret == "" {
		return err
	}
	return i.Mail(ctx, p.Email, "A new password for Demarc", letter(p.Name,
		"Somebody, probably you, asked for a new password at "+i.URL+". Set one here within an hour:",
		i.mailed("/password", link), "It works once. If it was not you, nothing has changed, and you need do nothing."))
}

// ChangeEmail sends a link to the new address, which becomes the person's when
// it is opened, and tells the old one.
func (i *Identity) ChangeEmail(ctx context.Context, who tenant.Who, email string) error {
	p, err := i.freely(ctx, who)
	if err != nil {
		return err
	}
	if i.Mail == nil {
		return ErrNoMail
	}
	if err := validEmail(email); err != nil {
		return err
	}
	key := fold(email)
	if key == p.EmailKey {
		return fmt.Errorf("%w: that is your address already", ErrInvalid)
	}
	if err := i.attempt(ctx, byAccount("address", p.EmailKey), byAddress(ctx)); err != nil {
		return err
	}
	i.later(ctx, "sending a link for an address", func(ctx context.Context) error { return i.sendAddress(ctx, who.Org, p, email) })
	return nil
}

// sendAddress sends nothing to an address that somebody has: who asks does not
// learn of it.
func (i *Identity) sendAddress(ctx context.Context, org int64, p *personRow, email string) error {
	taken, err := i.DB.NewSelect().Model((*personRow)(nil)).Where("email_key = ?", fold(email)).Exists(ctx)
	if err != nil {
		return store.Translate(err)
	}
	if err := i.Mail(ctx, p.Email, "Your address at Demarc is to change", letter(p.Name,
		"Somebody, probably you, asked at "+i.URL+" that your address become "+email+". It does when the link that was sent there is opened.",
		"If it was not you, change your password and end your other sessions.")); err != nil || taken {
		return err
	}
	var link OneTime
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*linkRow)(nil)).Where("kind = ? AND person = ?", linkEmail, p.ID).Exec(ctx)
		if err != nil {
			return err
		}
		if link, err = i.addLinkFor(ctx, tx, linkRow{Kind: linkEmail, Org: org, Person: p.ID, Email: email, Grants: "[]"}, MailedLife); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "person.address-asked", audit.Detail{"to": email})
	})
	if err != nil {
		return err
	}
	return i.Mail(ctx, email, "Your new address at Demarc", letter(p.Name,
		"Confirm within an hour that this is your address at "+i.URL+":", i.mailed("/address", link),
		"It works once. If you do not know what this is about, do nothing."))
}

// CheckAddressLink returns the address that a link confirms.
func (i *Identity) CheckAddressLink(ctx context.Context, secret string) (string, error) {
	link, err := i.look(ctx, linkEmail, secret)
	if err != nil {
		return "", err
	}
	return link.Email, nil
}

// ConfirmAddress makes the address of a link that of its person, and ends
// their sessions.
func (i *Identity) ConfirmAddress(ctx context.Context, secret string) error {
	link, err := i.look(ctx, linkEmail, secret)
	if err != nil {
		return err
	}
	p, err := i.person(ctx, i.DB, link.Person)
	if err != nil {
		return err
	}
	old := p.Email
	err = i.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := i.useLink(ctx, tx, linkEmail, secret); err != nil {
			return err
		}
		res, err := tx.NewUpdate().Model(p).Set("email = ?", link.Email).Set("email_key = ?", fold(link.Email)).WherePK().Exec(ctx)
		if err := one(res, err); err != nil {
			return err
		}
		if err := i.newEpoch(ctx, tx, p); err != nil {
			return err
		}
		return i.recordOf(ctx, tx, p, "person.address-changed", audit.Detail{"from": old, "to": link.Email})
	})
	if errors.Is(err, store.ErrConflict) {
		return ErrLink // somebody has the address by now
	}
	if err == nil && i.Mail != nil {
		i.later(ctx, "telling the old address", func(ctx context.Context) error {
			return i.Mail(ctx, old, "Your address at Demarc has changed", letter(p.Name,
				"Your address at "+i.URL+" is "+link.Email+" from now on. If it was not you, ask an administrator at once."))
		})
	}
	return err
}

func (i *Identity) mailed(path string, l OneTime) string {
	return strings.TrimSuffix(i.URL, "/") + path + "?code=" + l.Secret
}

// letter is the text of a mail.
func letter(name string, paragraphs ...string) string {
	return "Hello " + name + ",\n\n" + strings.Join(paragraphs, "\n\n") + "\n"
}
