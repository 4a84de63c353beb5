package main

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// Five wrong passwords within three minutes lock an account for five: the policy of a new SSO domain.
const (
	wrongLogins = 5
	wrongWithin = 3 * time.Minute
	lockedFor   = 5 * time.Minute
)

// sessions are those of HTTP. vCenter opens one for whoever sends no cookie, logged in or not, and a login then counts
// for that one: it gives no other cookie. Stock vcsim opens one at a login, and as many as there are logins.
type sessions struct {
	mu     sync.Mutex
	opened int
	open   map[string]string // keys of vcsim's own sessions, once somebody logged in
	agents []string          // of those who logged in
	wrong  []time.Time
	locked time.Time // until when
}

// enter finds the session of a request, or opens one, and hands the request on as one of vcsim's session.
func (s *sessions) enter(w http.ResponseWriter, r *http.Request) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := ""
	if cookie, err := r.Cookie(soap.SessionCookieName); err == nil {
		id = cookie.Value
	} else {
		s.opened++
		id = fmt.Sprintf("session-%d", s.opened)
		if s.open == nil {
			s.open = map[string]string{}
		}
		s.open[id] = ""
		w.Header().Set("Set-Cookie", soap.SessionCookieName+`="`+id+`"; Path=/; HttpOnly; Secure;`)
	}
	r.Header.Del("Cookie")
	if key := s.open[id]; key != "" {
		r.AddCookie(&http.Cookie{Name: soap.SessionCookieName, Value: key})
	}
	return id
}

// leave notes what the answer to a call means for the session.
func (s *sessions) leave(id string, r *http.Request, method *simulator.Method, answer http.Header, isFault bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case method.Name == "Logout" && !isFault:
		delete(s.open, id)
	case method.Name == "Login" && isFault:
		s.noteWrong()
	case method.Name == "Login":
		given := http.Response{Header: answer}
		for _, cookie := range given.Cookies() {
			s.open[id] = cookie.Value
		}
		s.agents = append(s.agents, r.UserAgent())
	}
	answer.Del("Set-Cookie")
}

func (s *sessions) noteWrong() {
	recent := []time.Time{time.Now()}
	for _, at := range s.wrong {
		if time.Since(at) < wrongWithin {
			recent = append(recent, at)
		}
	}
	s.wrong = recent
	if len(recent) >= wrongLogins {
		s.locked = time.Now().Add(lockedFor)
	}
}

// refuse is what a locked account gets, whatever its password.
func (s *sessions) refuse(method *simulator.Method) types.BaseMethodFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if method.Name == "Login" && time.Now().Before(s.locked) {
		return &types.InvalidLogin{}
	}
	return nil
}

// end forgets all sessions.
func (s *sessions) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = nil
}

func (s *sessions) state() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"opened": s.opened, "open": len(s.open), "agents": s.agents}
}
