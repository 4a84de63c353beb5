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

// Five wrong passwords within three minutes lock an account for five minutes: the policy of a new SSO domain.
const (
	wrongLogins = 5
	wrongWithin = 3 * time.Minute
	lockedFor   = 5 * time.Minute
)

// sessions are HTTP sessions. vCenter opens a session for every request without a cookie, even before a
// login. A login then counts for that session: vCenter sends no other cookie. Stock vcsim opens one session
// for each login.
type sessions struct {
	mu     sync.Mutex
	opened int
	open   map[string]string // keys of vcsim's own sessions, once somebody logged in
	agents []string          // of those who logged in
	wrong  []time.Time
	locked time.Time // until when
}

// enter finds the session of a request, or opens one, and passes the request on as one of vcsim's own
// session.
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

// leave records the effect of a call's answer on the session.
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

// refuse is the answer to a locked account with any password.
func (s *sessions) refuse(method *simulator.Method) types.BaseMethodFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if method.Name == "Login" && time.Now().Before(s.locked) {
		return &types.InvalidLogin{}
	}
	return nil
}

// end ends all sessions.
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
