package main

import (
	"errors"
	"net/http"
)

// desk is the administrator's page: the form as it was filled in and what is wrong
// with it, and who may watch what.
type desk struct {
	Title, Playlist, Mistake string
	List                     []listed
	Viewers                  []account
	May                      func(account, string) bool
}

func (a *application) desk(w http.ResponseWriter, r *http.Request, s *session) error {
	return a.showDesk(w, r, s, http.StatusOK, desk{})
}

func (a *application) showDesk(w http.ResponseWriter, r *http.Request, s *session, status int, d desk) (err error) {
	for _, who := range accounts() {
		if !who.Admin {
			d.Viewers = append(d.Viewers, who)
		}
	}
	d.May = func(who account, page string) bool { return a.catalogue.check(r.Context(), who, page) == nil }
	if d.List, err = a.list(r, s.account); err != nil {
		return err
	}
	return a.render(w, r, status, "admin", "Admin", d)
}

func (a *application) addVideo(w http.ResponseWriter, r *http.Request, s *session) error {
	title, key := r.PostFormValue("title"), r.PostFormValue("playlist")
	_, err := a.catalogue.add(r.Context(), title, key)
	if wrong, ok := errors.AsType[mistake](err); ok {
		return a.showDesk(w, r, s, http.StatusUnprocessableEntity, desk{Title: title, Playlist: key, Mistake: string(wrong)})
	}
	return back(w, r, err)
}

func (a *application) removeVideo(w http.ResponseWriter, r *http.Request, _ *session) error {
	return back(w, r, a.catalogue.remove(r.Context(), r.PathValue("id")))
}

func (a *application) setRight(w http.ResponseWriter, r *http.Request, _ *session) error {
	return back(w, r, a.catalogue.allow(r.Context(), r.PostFormValue("viewer"), r.PostFormValue("page"), r.PostFormValue("allowed") == "true"))
}

// back leads to the desk, so that a reload repeats nothing.
func back(w http.ResponseWriter, r *http.Request, err error) error {
	if err == nil {
		http.Redirect(w, r, "/admin", http.StatusSeeOther)
	}
	return err
}
